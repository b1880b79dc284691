{{/* The list of programs that codegen writes. */}}
{{- define "docfleet.fleet" -}}
{{ .Files.Get "files/fleet.yaml" | fromYaml | toJson }}
{{- end }}

{{/* Beginning of all names. */}}
{{- define "docfleet.fullname" -}}
{{ .Values.global.docfleet.fullnameOverride | default .Release.Name | trunc 30 | trimSuffix "-" }}
{{- end }}

{{/* Labels by which pods are found: never changed, because a Deployment's selector cannot be. */}}
{{- define "docfleet.selector" -}}
app.kubernetes.io/name: docfleet
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{/* Labels of every object of a component. */}}
{{- define "docfleet.labels" -}}
{{ include "docfleet.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: docfleet
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name (.root.Chart.Version | replace "+" "_") }}
{{- end }}

{{/* A name from values, with {service} and {release} replaced. */}}
{{- define "docfleet.named" -}}
{{ .text | replace "{service}" .service | replace "{release}" .root.Release.Name }}
{{- end }}
