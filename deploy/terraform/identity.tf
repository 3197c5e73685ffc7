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
}

resource "google_service_account" "run" {
  project      = var.project
  account_id   = "firebreak"
  display_name = "Firebreak: carries an incident"
}

resource "google_service_account" "capacity" {
  project      = var.project
  account_id   = "firebreak-capacity"
  display_name = "Firebreak: looks, and changes nothing"
}

resource "google_service_account" "scheduler" {
  project      = var.project
  account_id   = "firebreak-scheduler"
  display_name = "Firebreak: starts the capacity check"
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

resource "google_secret_manager_secret_iam_member" "environment" {
  for_each = toset(values(var.secret_environment))

  project   = var.project
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.run.member
}
