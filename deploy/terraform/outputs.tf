output "execute" {
  description = "Starts the run, or goes on with it."
  value       = "gcloud run jobs execute ${google_cloud_run_v2_job.run.name} --project=${var.project} --region=${var.region}"
}

output "state" {
  description = "Where runs are kept, for --state of status, why, hold and the others."
  value       = local.runs
}

output "run_account" {
  description = "The account that changes things."
  value       = google_service_account.run.email
}

output "capacity_account" {
  description = "The account of the capacity check: one that only looks, unless capacity_starts_runs."
  value       = local.capacity_account
}
