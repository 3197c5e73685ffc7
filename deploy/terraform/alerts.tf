# What to be woken by. No data is no alert here: a service without traffic has no error share.
locals {
  services = "resource.type = \"cloud_run_revision\" AND resource.labels.location = \"${var.region}\""
  requests = "${local.services} AND metric.type = \"run.googleapis.com/request_count\""
}

resource "google_monitoring_alert_policy" "connector_cpu" {
  count = var.connector == null ? 0 : 1

  project               = var.project
  display_name          = "Firebreak: connector ${var.connector} is saturated"
  combiner              = "OR"
  notification_channels = var.notification_channels

  conditions {
    display_name = "CPU p99 above ${var.thresholds.connector_cpu}"
    condition_threshold {
      filter          = "resource.type = \"vpc_access_connector\" AND resource.labels.connector_name = \"${var.connector}\" AND metric.type = \"vpcaccess.googleapis.com/connector/cpu/utilizations\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.thresholds.connector_cpu
      duration        = "300s"
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_PERCENTILE_99"
        cross_series_reducer = "REDUCE_MAX"
        group_by_fields      = ["resource.label.connector_name"]
      }
    }
  }

  documentation {
    content = "A connector never scales in. `firebreak plan` says whether scaling it is the cure; `Error -3` in the logs is name resolution, not saturation."
  }
}

resource "google_monitoring_alert_policy" "connections" {
  count = var.database == null ? 0 : 1

  project               = var.project
  display_name          = "Firebreak: ${var.database.instance} runs out of connections"
  combiner              = "OR"
  notification_channels = var.notification_channels

  conditions {
    display_name = "Connections above ${var.thresholds.connections_share * 100} % of ${var.database.max_connections}"
    condition_threshold {
      filter          = "resource.type = \"cloudsql_database\" AND resource.labels.database_id = \"${var.project}:${var.database.instance}\" AND metric.type = \"cloudsql.googleapis.com/database/postgresql/num_backends\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.database.max_connections * var.thresholds.connections_share
      duration        = "300s"
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_MEAN"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.database_id"]
      }
    }
  }

  documentation {
    content = "Every instance may hold pool and overflow: instances × (pool + overflow) must stay below max_connections. `firebreak capacity` shows the budget."
  }
}

resource "google_monitoring_alert_policy" "errors" {
  project               = var.project
  display_name          = "Firebreak: Cloud Run services answer 5xx"
  combiner              = "OR"
  notification_channels = var.notification_channels

  conditions {
    display_name = "5xx above ${var.thresholds.error_share * 100} % over 5 min"
    condition_threshold {
      filter             = "${local.requests} AND metric.labels.response_code_class = \"5xx\""
      denominator_filter = local.requests
      comparison         = "COMPARISON_GT"
      threshold_value    = var.thresholds.error_share
      duration           = "0s"
      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.service_name"]
      }
      denominator_aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.service_name"]
      }
    }
  }

  documentation {
    content = "Look before acting: `firebreak plan -f DOCUMENT` diagnoses and changes nothing."
  }
}

resource "google_monitoring_alert_policy" "latency" {
  project               = var.project
  display_name          = "Firebreak: Cloud Run services are slow"
  combiner              = "OR"
  notification_channels = var.notification_channels

  conditions {
    display_name = "p95 above ${var.thresholds.p95_latency_ms} ms"
    condition_threshold {
      filter          = "${local.services} AND metric.type = \"run.googleapis.com/request_latencies\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.thresholds.p95_latency_ms
      duration        = "300s"
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_PERCENTILE_95"
        cross_series_reducer = "REDUCE_MAX"
        group_by_fields      = ["resource.label.service_name"]
      }
    }
  }

  documentation {
    content = "Slow and failing have different causes: `firebreak plan -f DOCUMENT` says which."
  }
}

# A failed execution is an end that needs somebody (escalated, restored, refused) or a capacity check over a threshold.
resource "google_monitoring_alert_policy" "job_failures" {
  project               = var.project
  display_name          = "Firebreak: a job needs somebody"
  combiner              = "OR"
  notification_channels = var.notification_channels

  conditions {
    display_name = "A failed execution"
    condition_threshold {
      filter          = "resource.type = \"cloud_run_job\" AND resource.labels.job_name = monitoring.regex.full_match(\"firebreak(-capacity)?\") AND metric.type = \"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result = \"failed\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.job_name"]
      }
    }
  }

  documentation {
    content = "The log's last line says why; `firebreak why --state gs://${google_storage_bucket.state.name}/runs` says what led there."
  }
}
