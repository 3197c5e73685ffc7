# A job has no port from which anything could be scraped: what the page tells by /metrics is made here of its structured log lines.
# One line a look; the fields are those of the journal (`src/cli/log.ts`), and a test holds the filters to them.
locals {
  run_lines = "resource.type = \"cloud_run_job\" AND resource.labels.job_name = \"${google_cloud_run_v2_job.run.name}\" AND resource.labels.location = \"${var.region}\""
  looks     = "${local.run_lines} AND jsonPayload.message = \"observe.done\""

  look_figures = {
    error_ratio          = { field = "errorRate", unit = "1", about = "share of users' requests answered 5xx, over all services of the document" }
    p95_milliseconds     = { field = "p95Ms", unit = "ms", about = "95th percentile of latency of the slowest service" }
    services_up          = { field = "servicesUp", unit = "1", about = "services that the look found healthy" }
    connector_saturation = { field = "connectorSaturation", unit = "1", about = "CPU of the connector, 99th percentile of its instances, 0 to 1" }
  }
}

# What could not be measured is null in the line, and no point: absent is not zero.
resource "google_logging_metric" "look" {
  for_each = local.look_figures

  project         = var.project
  name            = "firebreak/look_${each.key}"
  description     = "Of each look of a run: ${each.value.about}."
  filter          = "${local.looks} AND jsonPayload.data.indicators.${each.value.field} >= 0"
  value_extractor = "EXTRACT(jsonPayload.data.indicators.${each.value.field})"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = each.value.unit
  }
}

resource "google_logging_metric" "looks" {
  project     = var.project
  name        = "firebreak/looks"
  description = "Looks of the runs; none for some minutes while a run is at work: it stands still."
  filter      = local.looks

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }
}

resource "google_logging_metric" "needs_human" {
  project     = var.project
  name        = "firebreak/looks_needing_a_person"
  description = "Looks during which a run asked a person, or was held."
  filter      = "${local.looks} AND jsonPayload.states =~ \"(awaitingApproval|awaitingOperator|operator[.]held)$\""

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }
}

resource "google_logging_metric" "ended" {
  project          = var.project
  name             = "firebreak/runs_ended"
  description      = "Runs that have ended, by how."
  filter           = "${local.run_lines} AND jsonPayload.message = \"run.ended\""
  label_extractors = { outcome = "EXTRACT(jsonPayload.data.outcome)" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    labels {
      key         = "outcome"
      value_type  = "STRING"
      description = "recovered, restored, refused, aborted, escalated"
    }
  }
}
