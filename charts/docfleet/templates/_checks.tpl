{{/* Values that the schema cannot judge, each refused with what is wrong and what to do. */}}
{{- define "docfleet.checks" -}}
{{- $root := . -}}
{{- $values := .Values -}}
{{- $shared := $values.global.docfleet -}}
{{- $fleet := include "docfleet.fleet" . | fromJson -}}
{{- $units := include "docfleet.units" . | fromJsonArray -}}
{{- if not $shared.kafka.brokers -}}{{- fail "global.docfleet.kafka.brokers is empty: name at least one broker as host:port." -}}{{- end -}}
{{- if not $values.schemaRegistry.url -}}{{- fail "schemaRegistry.url is empty: give the address of the schema registry's Confluent-compatible API." -}}{{- end -}}
{{- if or (not $values.objectStore.endpoint) (not $values.objectStore.bucket) -}}{{- fail "objectStore.endpoint or objectStore.bucket is empty: give the address of the S3 API and the fleet's bucket." -}}{{- end -}}
{{- if and (has $shared.kafka.sasl.mechanism (list "PLAIN" "OAUTHBEARER")) (not $shared.kafka.tls.enabled) -}}
  {{- fail (printf "global.docfleet.kafka.sasl.mechanism is %s, which sends a secret, and kafka.tls.enabled is false: enable TLS." $shared.kafka.sasl.mechanism) -}}
{{- end -}}
{{- if and (eq $shared.kafka.sasl.mechanism "OAUTHBEARER") (not $shared.kafka.sasl.tokenUrl) -}}{{- fail "global.docfleet.kafka.sasl.tokenUrl is empty: OAUTHBEARER fetches its token there." -}}{{- end -}}
{{- if and (ne $values.tenantProof.mode "off") (or (not $values.tenantProof.keyId) (not $values.tenantProof.publicKeys)) -}}
  {{- fail (printf "tenantProof.mode is %s, and tenantProof.keyId or tenantProof.publicKeys is empty: the gateway signs with that key, and preprocess verifies with the public ones (docs/tenant-proof.md)." $values.tenantProof.mode) -}}
{{- end -}}
{{- include "docfleet.checkStages" (dict "root" $root "fleet" $fleet "units" $units) -}}
{{- include "docfleet.checkPools" (dict "root" $root "fleet" $fleet) -}}
{{- range $unit := $units -}}
  {{- include "docfleet.checkReplicas" (dict "root" $root "unit" $unit) -}}
  {{- include "docfleet.checkGrace" $unit -}}
{{- end -}}
{{- if and $values.monitoring.podMonitor.enabled $values.monitoring.serviceMonitor.enabled -}}{{- fail "monitoring.podMonitor.enabled and monitoring.serviceMonitor.enabled are both true: every series would be there twice. Enable one of them." -}}{{- end -}}
{{- if and $values.ingress.enabled (or (not $values.ingress.hosts) (not $values.ingress.tlsSecret)) -}}{{- fail "ingress.hosts or ingress.tlsSecret is empty: keys of tenants must not cross the network in the clear." -}}{{- end -}}
{{- if and $values.httpRoute.enabled (not $values.httpRoute.parents) -}}{{- fail "httpRoute.parents is empty: name the Gateway that the route belongs to." -}}{{- end -}}
{{- if and (or $values.ingress.enabled $values.httpRoute.enabled) (not (dig "gateway" "enabled" $values.pod.enabled $values.services)) -}}{{- fail "services.gateway.enabled is false, and an Ingress or HTTPRoute would lead to it: disable ingress and httpRoute as well." -}}{{- end -}}
{{- if and $values.externalSecrets.enabled (not $values.externalSecrets.store.name) -}}{{- fail "externalSecrets.store.name is empty: name the SecretStore or ClusterSecretStore." -}}{{- end -}}
{{- include "docfleet.checkOtherScalers" (dict "root" $root "units" $units) -}}
{{- end }}

{{/* A stage that nobody runs leaves its topics without a reader. */}}
{{- define "docfleet.checkStages" -}}
{{- $root := .root -}}
{{- range $program := .fleet.programs -}}
  {{- if eq $program.kind "stage" -}}
    {{- $pod := mustMergeOverwrite (deepCopy $root.Values.pod) (deepCopy (index $root.Values.services $program.name)) -}}
    {{- if and (not $pod.enabled) (not $pod.readElsewhere) -}}
      {{- $topics := list -}}{{- range $program.lanes -}}{{- $topics = append $topics .topic -}}{{- end -}}
      {{- fail (printf "services.%s.enabled is false: %s would have no reader, and documents would stop there. Enable it, or set services.%s.readElsewhere where another release runs it." $program.name (join ", " $topics) $program.name) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- end }}

{{- define "docfleet.checkPools" -}}
{{- $fleet := .fleet -}}
{{- $owner := dict -}}
{{- range $name, $pool := .root.Values.global.docfleet.pools -}}
  {{- range $pool.classes -}}
    {{- if not (has . $fleet.classes) -}}
      {{- fail (printf "global.docfleet.pools.%s.classes has %s, which is no document class. Known: %s." $name . (join ", " $fleet.classes)) -}}
    {{- end -}}
    {{- if hasKey $owner . -}}
      {{- fail (printf "The class %s is in the pools %s and %s: a document is routed to one pool. Leave it in one of them." . (get $owner .) $name) -}}
    {{- end -}}
    {{- $_ := set $owner . $name -}}
  {{- end -}}
{{- end -}}
{{- end }}

{{- define "docfleet.checkReplicas" -}}
{{- $root := .root -}}
{{- $unit := .unit -}}
{{- $where := ternary (printf "global.docfleet.scaling.%s" $unit.name) (printf "global.docfleet.pools.%s" $unit.pool) (eq $unit.pool "") -}}
{{- $min := int $unit.scaling.minReplicas -}}
{{- $max := int $unit.scaling.maxReplicas -}}
{{- if gt $min $max -}}{{- fail (printf "%s: minReplicas %d is more than maxReplicas %d." $where $min $max) -}}{{- end -}}
{{- if eq $unit.program.kind "stage" -}}
  {{- $partitions := 0 -}}
  {{- range $unit.program.lanes -}}{{- $partitions = max $partitions (int (index .partitions $root.Values.global.docfleet.topicsPreset)) -}}{{- end -}}
  {{- if gt $max (int $partitions) -}}
    {{- fail (printf "%s: maxReplicas is %d, and the largest lane of %s has %d partitions (global.docfleet.topicsPreset is %s): replicas beyond them get no records. Set maxReplicas to %d or less." $where $max $unit.name (int $partitions) $root.Values.global.docfleet.topicsPreset (int $partitions)) -}}
  {{- end -}}
{{- end -}}
{{- if and (eq $min 0) (not (and $root.Values.keda.enabled (eq $unit.program.kind "stage"))) -}}
  {{- fail (printf "%s: minReplicas is 0, and nothing would start the first replica: only stages scale to zero, and with keda.enabled only." $where) -}}
{{- end -}}
{{- end }}

{{- define "docfleet.checkGrace" -}}
{{- $needed := include "docfleet.stopSeconds" . | int -}}
{{- $work := include "docfleet.workMs" . | int64 -}}
{{- $grace := include "docfleet.graceSeconds" . | int -}}
{{- if lt $grace $needed -}}
  {{- fail (printf "services.%s.terminationGracePeriodSeconds is %d, and a stop may take %d s (pause %d s, work in progress %d s, closing 15 s): set %d or more, or lower %s." .program.name $grace $needed (int .pod.preStopSeconds) (div (include "docfleet.drainMs" . | int64) 1000) $needed (join ", " (keys .program.workMs | sortAlpha))) -}}
{{- end -}}
{{- if has "DRAIN_TIMEOUT_MS" .program.settings -}}
  {{- $drain := include "docfleet.drainMs" . | int64 -}}
  {{- if and (lt $drain $work) (lt $drain 600000) -}}
    {{- fail (printf "services.%s.settings.DRAIN_TIMEOUT_MS is %d, and one attempt may take %d ms: work in progress would be broken off at every scale-down. Set %d or more, or leave it out." .program.name $drain $work (min $work 600000)) -}}
  {{- end -}}
{{- end -}}
{{- end }}

{{/* Two scalers of one Deployment undo each other. Only a cluster can tell, so this works in install and upgrade. */}}
{{- define "docfleet.checkOtherScalers" -}}
{{- $root := .root -}}
{{- $targets := list -}}
{{- range .units -}}{{- $targets = append $targets (printf "%s-%s" (include "docfleet.fullname" $root) .name) -}}{{- end -}}
{{- range (lookup "autoscaling/v2" "HorizontalPodAutoscaler" $root.Release.Namespace "").items -}}
  {{- $labels := .metadata.labels | default dict -}}
  {{- $kedas := hasKey $labels "scaledobject.keda.sh/name" -}}
  {{- $ours := and (eq (get $labels "app.kubernetes.io/instance") $root.Release.Name) (not $kedas) -}}
  {{- if and (has .spec.scaleTargetRef.name $targets) $ours $root.Values.keda.enabled -}}
    {{- fail (printf "The HorizontalPodAutoscaler %s of this release still scales %s, and KEDA refuses a Deployment that has one: upgrade once with hpa.enabled=false and keda.enabled=false, then with keda.enabled=true." .metadata.name .spec.scaleTargetRef.name) -}}
  {{- end -}}
  {{- if and (has .spec.scaleTargetRef.name $targets) (not $ours) (not $kedas) -}}
    {{- fail (printf "The HorizontalPodAutoscaler %s scales %s already: two scalers of one Deployment undo each other. Delete it, or set hpa.enabled and keda.enabled to false." .metadata.name .spec.scaleTargetRef.name) -}}
  {{- end -}}
{{- end -}}
{{- end }}
