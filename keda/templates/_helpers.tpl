{{/* The list of programs that codegen writes. */}}
{{- define "docfleet-keda.fleet" -}}
{{ .Files.Get "files/fleet.yaml" | fromYaml | toJson }}
{{- end }}

{{/* Beginning of all names: that of the main chart. */}}
{{- define "docfleet-keda.fullname" -}}
{{ .Values.global.docfleet.fullnameOverride | default .Release.Name | trunc 30 | trimSuffix "-" }}
{{- end }}

{{/*
What is scaled: services whose bounds differ, and the pools of extraction: JSON of
[{name, pool, kind, group, lanes, retries, scaling}]. The gateway scales on requests, so only where there is a Prometheus.
*/}}
{{- define "docfleet-keda.units" -}}
{{- $shared := .Values.global.docfleet -}}
{{- $hasPrometheus := .Values.prometheus.enabled -}}
{{- $units := list -}}
{{- range $program := (include "docfleet-keda.fleet" . | fromJson).programs -}}
  {{- if ne $program.kind "deploy" -}}
    {{- $scaling := mustMergeOverwrite (deepCopy $program.scaling) (deepCopy (index $shared.scaling $program.name | default dict)) -}}
    {{- $unit := dict "name" $program.name "program" $program.name "pool" "" "kind" $program.kind "group" $program.group "lanes" $program.lanes "retries" $program.retries "scaling" $scaling -}}
    {{- $units = append $units $unit -}}
    {{- if eq $program.name "extraction" -}}
      {{- range $pool, $given := $shared.pools -}}
        {{- $lanes := list -}}
        {{- range $program.lanes -}}
          {{- $lanes = append $lanes (dict "topic" (.topic | replace "extraction." (printf "extraction.%s." $pool)) "partitions" .partitions) -}}
        {{- end -}}
        {{- $retries := list -}}
        {{- range $program.retries -}}{{- $retries = append $retries (. | replace "extraction." (printf "extraction.%s." $pool)) -}}{{- end -}}
        {{- $poolScaling := mustMergeOverwrite (deepCopy $scaling) (pick $given "minReplicas" "maxReplicas" "lagPerReplica") -}}
        {{- $units = append $units (dict "name" (printf "extraction-%s" $pool) "program" "extraction" "pool" $pool "kind" "stage" "group" (printf "extraction.%s" $pool) "lanes" $lanes "retries" $retries "scaling" $poolScaling) -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- $scaled := list -}}
{{- range $units -}}
  {{- if and (ne (int .scaling.minReplicas) (int .scaling.maxReplicas)) (or (eq .kind "stage") $hasPrometheus) -}}
    {{- $scaled = append $scaled . -}}
  {{- end -}}
{{- end -}}
{{ $scaled | toJson }}
{{- end }}

{{- define "docfleet-keda.labels" -}}
app.kubernetes.io/name: docfleet
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: docfleet
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name (.root.Chart.Version | replace "+" "_") }}
{{- end }}

{{/* A query with {stage}, {pool}, {deployment} and {namespace} replaced. {root, unit, text} */}}
{{- define "docfleet-keda.query" -}}
{{- $name := printf "%s-%s" (include "docfleet-keda.fullname" .root) .unit.name -}}
{{ .text | replace "{stage}" .unit.program | replace "{pool}" .unit.pool | replace "{deployment}" $name | replace "{namespace}" .root.Release.Namespace }}
{{- end }}

{{/* How the operator proves to the brokers who it is: "" where it need not. */}}
{{- define "docfleet-keda.kafkaAuthentication" -}}
{{- $kafka := .Values.global.docfleet.kafka -}}
{{- if or $kafka.sasl.mechanism $kafka.tls.enabled -}}{{ include "docfleet-keda.fullname" . }}-kafka{{- end -}}
{{- end }}

{{- define "docfleet-keda.sasl" -}}
{{- $mechanism := .Values.global.docfleet.kafka.sasl.mechanism -}}
{{ get (dict "" "none" "PLAIN" "plaintext" "SCRAM-SHA-256" "scram_sha256" "SCRAM-SHA-512" "scram_sha512" "OAUTHBEARER" "oauthbearer") $mechanism }}
{{- end }}
