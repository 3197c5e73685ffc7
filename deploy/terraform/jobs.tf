locals {
  targets_path = "/etc/firebreak/targets"
  runs         = "gs://${google_storage_bucket.state.name}/runs"

  # A check that starts a run drives it itself, for hours: it is then the account of the run.
  capacity_account = var.capacity_starts_runs ? google_service_account.run.email : google_service_account.capacity.email
}

# No vpc_access, on purpose: the controller must not send its own calls through the connector that it repairs.
resource "google_cloud_run_v2_job" "run" {
  project             = var.project
  location            = var.region
  name                = "firebreak"
  labels              = var.labels
  deletion_protection = false

  template {
    task_count  = length(var.documents)
    parallelism = length(var.documents)

    template {
      service_account = google_service_account.run.email
      timeout         = "${var.timeout_seconds}s"
      max_retries     = 3

      containers {
        image = var.image
        args  = ["run", "--targets", local.targets_path, "--state", local.runs]

        resources {
          limits = {
            cpu    = "1"
            memory = "512Mi"
          }
        }

        dynamic "env" {
          for_each = var.secret_environment
          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret  = env.value
                version = "latest"
              }
            }
          }
        }

        volume_mounts {
          name       = "targets"
          mount_path = local.targets_path
        }
      }

      volumes {
        name = "targets"
        gcs {
          bucket    = google_storage_bucket.targets.name
          read_only = true
        }
      }
    }
  }

  depends_on = [
    google_project_service.api,
    google_project_iam_member.run,
    google_storage_bucket_iam_member.state,
    google_storage_bucket_iam_member.targets,
    google_secret_manager_secret_iam_member.environment,
  ]
}

resource "google_cloud_run_v2_job" "capacity" {
  project             = var.project
  location            = var.region
  name                = "firebreak-capacity"
  labels              = var.labels
  deletion_protection = false

  template {
    task_count = 1

    template {
      service_account = local.capacity_account
      timeout         = var.capacity_starts_runs ? "${var.timeout_seconds}s" : "240s"
      # The next check is minutes away, and goes on with a run that this one had begun.
      max_retries = 0

      containers {
        image = var.image
        args  = ["capacity", "-f", "${local.targets_path}/${local.capacity_document}", "--state", local.runs, "--json"]

        resources {
          limits = {
            cpu    = "1"
            memory = "512Mi"
          }
        }

        dynamic "env" {
          for_each = var.secret_environment
          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret  = env.value
                version = "latest"
              }
            }
          }
        }

        volume_mounts {
          name       = "targets"
          mount_path = local.targets_path
        }
      }

      volumes {
        name = "targets"
        gcs {
          bucket    = google_storage_bucket.targets.name
          read_only = true
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = contains(keys(var.documents), local.capacity_document)
      error_message = "capacity_document must be one of documents."
    }
    precondition {
      condition     = var.capacity_starts_runs || !local.capacity_document_starts_runs
      error_message = "The document of the capacity check sets capacity.startRun, for which the check needs what a run needs: set capacity_starts_runs = true here, or startRun: false there."
    }
  }

  depends_on = [
    google_project_service.api,
    google_project_iam_member.run,
    google_project_iam_member.capacity,
    google_storage_bucket_iam_member.state,
    google_storage_bucket_iam_member.targets,
    google_secret_manager_secret_iam_member.environment,
  ]
}

resource "google_cloud_run_v2_job_iam_member" "scheduler" {
  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_job.capacity.name
  role     = "roles/run.invoker"
  member   = google_service_account.scheduler.member
}

# OAuth, not OIDC: the target is a googleapis.com address.
resource "google_cloud_scheduler_job" "capacity" {
  project          = var.project
  region           = var.region
  name             = "firebreak-capacity"
  description      = "Firebreak's capacity check"
  schedule         = var.capacity_schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "60s"

  retry_config {
    retry_count = 0
  }

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/projects/${var.project}/locations/${var.region}/jobs/${google_cloud_run_v2_job.capacity.name}:run"

    oauth_token {
      service_account_email = google_service_account.scheduler.email
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }

  depends_on = [google_cloud_run_v2_job_iam_member.scheduler]
}
