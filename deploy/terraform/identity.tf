# The roles are the files of deploy/roles, which a test holds against the permissions that the scenarios use.
locals {
  roles = {
    observe   = { id = "firebreakObserve", role = yamldecode(file("${path.module}/../roles/observe.yaml")) }
    remediate = { id = "firebreakRemediate", role = yamldecode(file("${path.module}/../roles/remediate.yaml")) }
    act_as    = { id = "firebreakActAs", role = yamldecode(file("${path.module}/../roles/act-as.yaml")) }
    escalate  = { id = "firebreakEscalate", role = yamldecode(file("${path.module}/../roles/escalate.yaml")) }
    state     = { id = "firebreakState", role = yamldecode(file("${path.module}/../roles/state.yaml")) }
  }

  run_roles = var.open_support_cases ? ["observe", "remediate", "escalate"] : ["observe", "remediate"]
}

resource "google_project_iam_custom_role" "firebreak" {
  for_each = local.roles

  project     = var.project
  role_id     = each.value.id
  title       = each.value.role.title
  description = each.value.role.description
  stage       = each.value.role.stage
  permissions = each.value.role.includedPermissions

  depends_on = [google_project_service.api]
}

resource "google_service_account" "run" {
  project      = var.project
  account_id   = "firebreak"
  display_name = "Firebreak: carries an incident"

  depends_on = [google_project_service.api]
}

resource "google_service_account" "capacity" {
  project      = var.project
  account_id   = "firebreak-capacity"
  display_name = "Firebreak: looks, and changes nothing"

  depends_on = [google_project_service.api]
}

resource "google_service_account" "scheduler" {
  project      = var.project
  account_id   = "firebreak-scheduler"
  display_name = "Firebreak: starts the capacity check"

  depends_on = [google_project_service.api]
}

resource "google_project_iam_member" "run" {
  for_each = toset(local.run_roles)

  project = var.project
  role    = google_project_iam_custom_role.firebreak[each.value].name
  member  = google_service_account.run.member
}

resource "google_project_iam_member" "capacity" {
  project = var.project
  role    = google_project_iam_custom_role.firebreak["observe"].name
  member  = google_service_account.capacity.member
}

# Never on the project: there it would be the right to act as any account.
resource "google_service_account_iam_member" "act_as" {
  for_each = var.runtime_service_accounts

  service_account_id = "projects/${var.project}/serviceAccounts/${each.value}"
  role               = google_project_iam_custom_role.firebreak["act_as"].name
  member             = google_service_account.run.member
}

# Reading the image that a deploy names; an image in another project's repository is the usual case.
resource "google_artifact_registry_repository_iam_member" "images" {
  for_each = var.image_repositories

  project    = split("/", each.value)[1]
  location   = split("/", each.value)[3]
  repository = split("/", each.value)[5]
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.run.member
}

# The check as well: it reads the same documents, and refuses one whose env: references lead nowhere.
resource "google_secret_manager_secret_iam_member" "environment" {
  for_each = {
    for pair in setproduct(distinct(values(var.secret_environment)), ["run", "capacity"]) : join("/", pair) => pair
  }

  project   = var.project
  secret_id = each.value[0]
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value[1] == "run" ? google_service_account.run.member : google_service_account.capacity.member
}
