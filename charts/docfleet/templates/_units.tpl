{{/*
What is deployed: every service that is enabled, and a Deployment of extraction for each pool. A unit has
  name      of its objects, after the release's
  program   its entry of files/fleet.yaml; for a pool with the pool's topics and group
  pod       values `pod`, `services.<name>` and, for a pool, `pod` of the pool, merged
  scaling   the entry's, with `global.docfleet.scaling` and those of the pool; absent for the deploy job
  pool      name of the pool, or ""
*/}}
{{- define "docfleet.units" -}}
{{- $root := . -}}
{{- $shared := .Values.global.docfleet -}}
{{- $units := list -}}
{{- range $program := (include "docfleet.fleet" . | fromJson).programs -}}
  {{- if ne $program.kind "deploy" -}}
    {{- $pod := mustMergeOverwrite (deepCopy $root.Values.pod) (deepCopy (index $root.Values.services $program.name | default dict)) -}}
    {{- $scaling := mustMergeOverwrite (deepCopy $program.scaling) (deepCopy (index $shared.scaling $program.name | default dict)) -}}
    {{- if $pod.enabled -}}
      {{- $units = append $units (dict "name" $program.name "program" $program "pod" $pod "scaling" $scaling "pool" "") -}}
      {{- if eq $program.name "extraction" -}}
        {{- range $pool, $given := $shared.pools -}}
          {{- $lanes := list -}}
          {{- range $program.lanes -}}
            {{- $lanes = append $lanes (dict "topic" (.topic | replace "extraction." (printf "extraction.%s." $pool)) "partitions" .partitions) -}}
          {{- end -}}
          {{- $own := mustMergeOverwrite (deepCopy $program) (dict "group" (printf "extraction.%s" $pool) "lanes" $lanes) -}}
          {{- $poolPod := mustMergeOverwrite (deepCopy $pod) (deepCopy ($given.pod | default dict)) -}}
          {{- $poolScaling := mustMergeOverwrite (deepCopy $scaling) (pick $given "minReplicas" "maxReplicas" "lagPerReplica") -}}
          {{- $units = append $units (dict "name" (printf "extraction-%s" $pool) "program" $own "pod" $poolPod "scaling" $poolScaling "pool" $pool) -}}
        {{- end -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{ $units | toJson }}
{{- end }}

{{/* The deploy job as a unit. */}}
{{- define "docfleet.deployUnit" -}}
{{- range (include "docfleet.fleet" . | fromJson).programs -}}
  {{- if eq .kind "deploy" -}}
    {{- $pod := mustMergeOverwrite (deepCopy $.Values.pod) (deepCopy $.Values.deploy.pod) -}}
    {{ dict "name" .name "program" . "pod" $pod "pool" "" | toJson }}
  {{- end -}}
{{- end -}}
{{- end }}

{{/* Whether something scales a unit: "keda", "hpa" or "". */}}
{{- define "docfleet.scaledBy" -}}
{{- $fixed := eq (int .unit.scaling.minReplicas) (int .unit.scaling.maxReplicas) -}}
{{- if $fixed -}}
{{- else if .root.Values.keda.enabled -}}
  {{- if or (eq .unit.program.kind "stage") (dig "prometheus" "enabled" true .root.Values.keda) -}}keda{{- end -}}
{{- else if .root.Values.hpa.enabled -}}hpa
{{- end -}}
{{- end }}

{{/* Milliseconds that one piece of work may take. */}}
{{- define "docfleet.workMs" -}}
{{- $sum := 0 -}}
{{- range $setting, $usual := .program.workMs -}}
  {{- $sum = add $sum (int64 (dig $setting $usual $.pod.settings)) -}}
{{- end -}}
{{ $sum }}
{{- end }}

{{/* Milliseconds that a stage waits for its work when it stops: its longest, as far as the setting allows. */}}
{{- define "docfleet.drainMs" -}}
{{- if has "DRAIN_TIMEOUT_MS" .program.settings -}}
{{ int64 (dig "DRAIN_TIMEOUT_MS" (min 600000 (include "docfleet.workMs" . | int64)) .pod.settings) }}
{{- else -}}
{{ include "docfleet.workMs" . }}
{{- end -}}
{{- end }}

{{/* Seconds that a stop takes at most: the pause, the work, closing connections (5 s) and a reserve (10 s). */}}
{{- define "docfleet.stopSeconds" -}}
{{ add (int .pod.preStopSeconds) (ceil (divf (include "docfleet.drainMs" . | int64) 1000)) 15 }}
{{- end }}

{{- define "docfleet.graceSeconds" -}}
{{ .pod.terminationGracePeriodSeconds | default (include "docfleet.stopSeconds" .) | int }}
{{- end }}
