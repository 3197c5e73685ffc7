# Runs are kept here: records, leases, journals. Old versions stay for a month, for whoever must know what a record said before.
resource "google_storage_bucket" "state" {
  project                     = var.project
  name                        = "${var.project}-firebreak-state"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  labels                      = var.labels

  depends_on = [google_project_service.api]

  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 30
      with_state                 = "ARCHIVED"
    }
    action {
      type = "Delete"
    }
  }
}

resource "google_storage_bucket_iam_member" "state" {
  bucket = google_storage_bucket.state.name
  role   = google_project_iam_custom_role.firebreak["state"].name
  member = google_service_account.run.member
}

# The documents. Whoever may write here decides what a run does: the run itself may only read.
resource "google_storage_bucket" "targets" {
  project                     = var.project
  name                        = "${var.project}-firebreak-targets"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  labels                      = var.labels

  depends_on = [google_project_service.api]

  versioning {
    enabled = true
  }
}

resource "google_storage_bucket_object" "document" {
  for_each = var.documents

  bucket       = google_storage_bucket.targets.name
  name         = each.key
  content      = each.value
  content_type = "text/plain; charset=utf-8"
}

resource "google_storage_bucket_iam_member" "targets" {
  for_each = {
    run      = google_service_account.run.member
    capacity = google_service_account.capacity.member
  }

  bucket = google_storage_bucket.targets.name
  role   = "roles/storage.objectViewer"
  member = each.value
}
