#!/usr/bin/env bash
# Everything that the jobs need before they can be made: APIs, repository, buckets, accounts, roles, bindings. Creates what is not
# there and brings the rest up to date: it may be run again at any time, after an upgrade too. Deletes nothing and takes no right away.
#
#   PROJECT=my-project REGION=us-central1 bash deploy/setup.sh
#
# Further variables, each a list with spaces between, or empty:
#   RUNTIME_ACCOUNTS    runtime accounts of the services that a document deploys: the run may act as these and no others
#   IMAGE_REPOSITORIES  private repositories that those services' images lie in: projects/P/locations/L/repositories/R
#   SUPPORT_CASES=1     a run may open a case at Google Cloud Support
set -euo pipefail
: "${PROJECT:?the project of the services}" "${REGION:?the region of the services}"
cd "$(dirname "${BASH_SOURCE[0]}")"

APIS=(
  # What Firebreak itself talks to.
  cloudresourcemanager.googleapis.com iam.googleapis.com logging.googleapis.com monitoring.googleapis.com run.googleapis.com
  secretmanager.googleapis.com servicehealth.googleapis.com serviceusage.googleapis.com storage.googleapis.com
  sqladmin.googleapis.com vpcaccess.googleapis.com compute.googleapis.com certificatemanager.googleapis.com iamcredentials.googleapis.com
  # Where its image lies, and what starts the capacity check.
  artifactregistry.googleapis.com cloudscheduler.googleapis.com
)
[[ -z "${SUPPORT_CASES:-}" ]] || APIS+=(cloudsupport.googleapis.com)

account() { echo "serviceAccount:$1@${PROJECT}.iam.gserviceaccount.com"; }

# Whether it is there. Where that cannot be told, creating it says why.
there() { gcloud "$@" --format='value(name)' >/dev/null 2>&1; }

# An account or role that was made a moment ago is not known everywhere yet.
bind() {
  for wait in 2 5 10 20; do
    gcloud "$@" --quiet >/dev/null && return
    sleep "${wait}"
  done
  gcloud "$@" --quiet >/dev/null
}

make_account() {
  there iam service-accounts describe "$1@${PROJECT}.iam.gserviceaccount.com" --project="${PROJECT}" ||
    gcloud iam service-accounts create "$1" --project="${PROJECT}" --display-name="$2"
}

make_role() {
  if there iam roles describe "$1" --project="${PROJECT}"; then
    gcloud iam roles update "$1" --project="${PROJECT}" --file="roles/$2.yaml" --quiet >/dev/null
  else
    gcloud iam roles create "$1" --project="${PROJECT}" --file="roles/$2.yaml" >/dev/null
  fi
}

make_bucket() {
  there storage buckets describe "gs://$1" ||
    gcloud storage buckets create "gs://$1" --project="${PROJECT}" --location="${REGION}" --uniform-bucket-level-access --public-access-prevention
}

on_project() { bind projects add-iam-policy-binding "${PROJECT}" --member="$(account "$1")" --role="$2" --condition=None; }
on_bucket() { bind storage buckets add-iam-policy-binding "gs://$1" --member="$(account "$2")" --role="$3"; }

gcloud services enable "${APIS[@]}" --project="${PROJECT}"

make_account firebreak 'Firebreak: carries an incident'
make_account firebreak-capacity 'Firebreak: looks, and changes nothing'
make_account firebreak-scheduler 'Firebreak: starts the capacity check'

make_role firebreakObserve observe
make_role firebreakRemediate remediate
make_role firebreakActAs act-as
make_role firebreakState state
[[ -z "${SUPPORT_CASES:-}" ]] || make_role firebreakEscalate escalate

make_bucket "${PROJECT}-firebreak-state"
make_bucket "${PROJECT}-firebreak-targets"
there artifacts repositories describe firebreak --project="${PROJECT}" --location="${REGION}" ||
  gcloud artifacts repositories create firebreak --project="${PROJECT}" --location="${REGION}" --repository-format=docker

own="projects/${PROJECT}/roles"
on_project firebreak "${own}/firebreakObserve"
on_project firebreak "${own}/firebreakRemediate"
[[ -z "${SUPPORT_CASES:-}" ]] || on_project firebreak "${own}/firebreakEscalate"
on_project firebreak-capacity "${own}/firebreakObserve"
on_bucket "${PROJECT}-firebreak-state" firebreak "${own}/firebreakState"
on_bucket "${PROJECT}-firebreak-targets" firebreak roles/storage.objectViewer
on_bucket "${PROJECT}-firebreak-targets" firebreak-capacity roles/storage.objectViewer

for runtime in ${RUNTIME_ACCOUNTS:-}; do
  bind iam service-accounts add-iam-policy-binding "${runtime}" --project="${PROJECT}" --member="$(account firebreak)" --role="${own}/firebreakActAs"
done
for repository in ${IMAGE_REPOSITORIES:-}; do
  bind artifacts repositories add-iam-policy-binding "${repository}" --member="$(account firebreak)" --role=roles/artifactregistry.reader
done
echo "deploy/setup.sh: ${PROJECT} is ready"
