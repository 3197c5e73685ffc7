variable "project" {
  description = "Project of the services that are watched; the jobs run there too."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "A project id has 6 to 30 lower-case letters, digits and dashes, beginning with a letter."
  }
}

variable "region" {
  description = "Region of the services, the jobs and the buckets."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region reads us-central1."
  }
}

variable "image" {
  description = "The container image of deploy/Dockerfile, best pinned by digest."
  type        = string

  validation {
    condition     = can(regex("[:@]", var.image))
    error_message = "Name a tag or a digest: what runs during an incident must not change by itself."
  }
}

variable "documents" {
  description = "Remediation documents by file name, one target each: { \"shop.yaml\" = file(\"shop.yaml\") }. One task each."
  type        = map(string)

  validation {
    condition     = length(var.documents) > 0 && alltrue([for name in keys(var.documents) : can(regex("^[a-z0-9][a-z0-9._-]*\\.(yaml|yml|json)$", name))])
    error_message = "At least one document; names end in .yaml, .yml or .json and begin with a letter or digit."
  }
}

variable "runtime_service_accounts" {
  description = "Runtime accounts of the services that a document deploys. The run may act as these and no others."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for email in var.runtime_service_accounts : can(regex("^[^@]+@[^@]+\\.gserviceaccount\\.com$", email))])
    error_message = "Name each account by its e-mail address."
  }
}

variable "image_repositories" {
  description = "Private Artifact Registry repositories of the images that a document deploys, for the run to read: projects/P/locations/L/repositories/R."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.image_repositories : can(regex("^projects/[^/]+/locations/[^/]+/repositories/[^/]+$", name))])
    error_message = "Name each repository in full: projects/my-project/locations/us-central1/repositories/shop."
  }
}

variable "open_support_cases" {
  description = "Whether a run may open a case at Google Cloud Support. Without it the text of the case is handed to a human."
  type        = bool
  default     = false
}

variable "secret_environment" {
  description = "Environment variables of the run and of the check from Secret Manager, for env: references: { SLACK_WEBHOOK = \"firebreak-webhook\" }."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.secret_environment) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "Keys are names of environment variables."
  }
}

variable "timeout_seconds" {
  description = "How long one attempt of a run may take. A retry goes on with an unfinished run."
  type        = number
  default     = 86400

  validation {
    condition     = var.timeout_seconds >= 28800 && var.timeout_seconds <= 604800
    error_message = "From 28800 (8 h, the windows of the runbook) to 604800 (7 days, Cloud Run's limit)."
  }
}

variable "capacity_schedule" {
  description = "When the capacity check runs, in cron's five fields (UTC)."
  type        = string
  default     = "*/5 * * * *"

  validation {
    condition     = length(split(" ", var.capacity_schedule)) == 5
    error_message = "Cron has five fields: */5 * * * *."
  }
}

variable "capacity_document" {
  description = "The document whose thresholds the capacity check uses; null: the first one by name."
  type        = string
  default     = null
}

variable "capacity_starts_runs" {
  description = "Whether the check may carry a run (capacity.startRun in its document): it then has the account of the run, which changes things, and as much time."
  type        = bool
  default     = false
}

variable "connector" {
  description = "Serverless VPC Access connector to alert on; null: none."
  type        = string
  default     = null
}

variable "database" {
  description = "Cloud SQL for PostgreSQL instance to alert on, with the connections that it allows; null: none."
  type = object({
    instance        = string
    max_connections = number
  })
  default = null

  validation {
    condition     = var.database == null ? true : var.database.max_connections >= 25
    error_message = "max_connections is what the instance allows: 25 on the smallest tier."
  }
}

variable "thresholds" {
  description = "When the alerts fire."
  type = object({
    connector_cpu     = optional(number, 0.7)
    connections_share = optional(number, 0.75)
    error_share       = optional(number, 0.05)
    p95_latency_ms    = optional(number, 10000)
  })
  default = {}

  validation {
    condition = alltrue([
      for share in [var.thresholds.connector_cpu, var.thresholds.connections_share, var.thresholds.error_share] : share > 0 && share < 1
    ])
    error_message = "Shares lie between 0 and 1: 0.75 is 75 %."
  }

  validation {
    condition     = var.thresholds.p95_latency_ms >= 100
    error_message = "p95_latency_ms is in milliseconds: 10000 is 10 s."
  }
}

variable "notification_channels" {
  description = "Monitoring notification channels of the alerts, by full name."
  type        = list(string)
  default     = []
}

variable "labels" {
  description = "Labels of the jobs and buckets."
  type        = map(string)
  default     = {}
}
