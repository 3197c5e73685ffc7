#!/usr/bin/env bash
# Cloud Scheduler starts the capacity job: an HTTP target with an OAuth token (not OIDC: it is a googleapis.com address) of an
# account that may run this one job and nothing else. After deploy/setup.sh, and after the job has been made; may be run again,
# for another schedule too.
#
#   PROJECT=my-project REGION=us-central1 bash deploy/scheduler.sh
set -euo pipefail
: "${PROJECT:?the project of the job}" "${REGION:?the region of the job}"
JOB="${JOB:-firebreak-capacity}"
SCHEDULE="${SCHEDULE:-*/5 * * * *}"
INVOKER="firebreak-scheduler@${PROJECT}.iam.gserviceaccount.com"

gcloud run jobs add-iam-policy-binding "${JOB}" --project="${PROJECT}" --region="${REGION}" \
  --member="serviceAccount:${INVOKER}" --role=roles/run.invoker

# Where it cannot be told whether it is there, creating it says why.
if gcloud scheduler jobs describe "${JOB}" --project="${PROJECT}" --location="${REGION}" >/dev/null 2>&1; then verb=update; else verb=create; fi
gcloud scheduler jobs "${verb}" http "${JOB}" --project="${PROJECT}" --location="${REGION}" \
  --schedule="${SCHEDULE}" --time-zone=Etc/UTC --http-method=POST \
  --uri="https://run.googleapis.com/v2/projects/${PROJECT}/locations/${REGION}/jobs/${JOB}:run" \
  --oauth-service-account-email="${INVOKER}" --oauth-token-scope=https://www.googleapis.com/auth/cloud-platform \
  --attempt-deadline=60s --max-retry-attempts=0
