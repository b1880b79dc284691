{{/* Metadata of a trigger on the lag of one topic. {root, unit, topic} */}}
{{- define "docfleet-keda.kafkaTrigger" -}}
{{- $kafka := .root.Values.global.docfleet.kafka -}}
bootstrapServers: {{ join "," $kafka.brokers | quote }}
consumerGroup: {{ .unit.group }}
topic: {{ .topic }}
lagThreshold: {{ int .unit.scaling.lagPerReplica | quote }}
{{- /* One record is enough to start a stage that has no replica. */}}
activationLagThreshold: '0'
{{- /* A group without a position has read nothing: all records wait. */}}
offsetResetPolicy: earliest
{{- /* A partition whose lag does not change may wait for a store that is away: it is work all the same. */}}
excludePersistentLag: 'false'
{{- /* Replicas beyond the partitions would get no records. */}}
allowIdleConsumers: 'false'
{{- /* A group without a position is new: it has work, and is no reason to stop. */}}
scaleToZeroOnInvalidOffset: 'false'
{{- /* Ask for these topics only, not for all of the cluster. */}}
fullMetadata: 'false'
version: {{ .root.Values.kafkaVersion | quote }}
sasl: {{ include "docfleet-keda.sasl" .root }}
tls: {{ ternary "enable" "disable" $kafka.tls.enabled }}
{{- end }}

{{/* Metadata of a trigger on a query. {root, unit, query, threshold} */}}
{{- define "docfleet-keda.prometheusTrigger" -}}
{{- $prometheus := .root.Values.prometheus -}}
serverAddress: {{ $prometheus.address | quote }}
query: {{ include "docfleet-keda.query" (dict "root" .root "unit" .unit "text" .query) | quote }}
threshold: {{ int .threshold | quote }}
{{- /* No series yet counts as nothing waiting; with `false` a new fleet could not be told from a broken query. */}}
ignoreNullValues: {{ $prometheus.ignoreNullValues | quote }}
{{- with $prometheus.authModes }}
authModes: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "docfleet-keda.prometheusReference" -}}
{{- if .Values.prometheus.authModes -}}
authenticationRef: { name: {{ include "docfleet-keda.fullname" . }}-prometheus }
{{- end -}}
{{- end }}

{{/* Names of the terms of retry topics: retry0, retry1, ... */}}
{{- define "docfleet-keda.formula" -}}
{{- $scaling := .unit.scaling -}}
{{- $lag := int $scaling.lagPerReplica -}}
{{- $wanted := list (printf "(urgent + high + normal) / %d" $lag) -}}
{{- if .hasBacklog -}}{{- $wanted = append $wanted (printf "backlog / %d" (int .backlogSeconds)) -}}{{- end -}}
{{- if .hasGpu -}}{{- $wanted = append $wanted (printf "gpu / %d" (int $scaling.gpuUtilisation)) -}}{{- end -}}
{{- if and (eq (int $scaling.minReplicas) 0) .unit.retries -}}
  {{- $terms := list -}}
  {{- range $index, $_ := .unit.retries -}}{{- $terms = append $terms (printf "retry%d" $index) -}}{{- end -}}
  {{- $wanted = append $wanted (printf "min(%s, 1) / %d" (join " + " $terms) $lag) -}}
{{- end -}}
{{- if gt (len $wanted) 1 -}}{{ printf "max(%s)" (join ", " $wanted) }}{{- else -}}{{ first $wanted }}{{- end -}}
{{- end }}
