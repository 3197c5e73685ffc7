locals {
  capacity_document = var.capacity_document == null ? sort(keys(var.documents))[0] : var.capacity_document

  # Whether the document of the check asks for runs. By its text, because yamldecode cannot read all YAML; a way of writing it that
  # is missed here is the check's own to refuse.
  capacity_document_starts_runs = can(regex("(?mi)^[^#\\n]*\\bstartRun[\"']?[ \\t]*:[ \\t]*true\\b", var.documents[local.capacity_document]))
}
