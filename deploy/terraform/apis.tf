# The APIs that Firebreak talks to, and the two that start it. Switched on here; never switched off again, since others use them.
locals {
  apis = concat([
    "artifactregistry",
    "certificatemanager",
    "cloudresourcemanager",
    "cloudscheduler",
    "compute",
    "iam",
    "iamcredentials",
    "logging",
    "monitoring",
    "run",
    "secretmanager",
    "servicehealth",
    "serviceusage",
    "sqladmin",
    "storage",
    "vpcaccess",
  ], var.open_support_cases ? ["cloudsupport"] : [])
}

resource "google_project_service" "api" {
  for_each = toset(local.apis)

  project            = var.project
  service            = "${each.value}.googleapis.com"
  disable_on_destroy = false
}
