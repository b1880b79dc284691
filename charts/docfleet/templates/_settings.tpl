{{/*
Settings of a unit that stand in its ConfigMap: what the values say, as far as the program reads it, and what
`services.<name>.settings` adds. {root, unit} -> JSON of a map of texts
*/}}
{{- define "docfleet.settings" -}}
{{- $values := .root.Values -}}
{{- $shared := $values.global.docfleet -}}
{{- $unit := .unit -}}
{{- $known := $unit.program.settings -}}
{{- $all := dict
  "LOG_LEVEL" $values.logLevel
  "REGION" $values.region
  "TOPICS_PRESET" $shared.topicsPreset
  "OTEL_EXPORTER_OTLP_ENDPOINT" $values.tracing.endpoint
  "PLAINTEXT_CONNECTIONS" $values.plaintextConnections
  "KAFKA_BROKERS" (join "," $shared.kafka.brokers)
  "KAFKA_TLS" (ternary "true" "" (default false $shared.kafka.tls.enabled))
  "KAFKA_SASL_MECHANISM" $shared.kafka.sasl.mechanism
  "KAFKA_OAUTH_TOKEN_URL" $shared.kafka.sasl.tokenUrl
  "KAFKA_OAUTH_SCOPE" $shared.kafka.sasl.scope
  "SCHEMA_REGISTRY_URL" $values.schemaRegistry.url
  "DATABASE_TLS" (ternary "true" "" (default false $values.database.tls.enabled))
  "S3_ENDPOINT" $values.objectStore.endpoint
  "S3_PUBLIC_ENDPOINT" $values.objectStore.publicEndpoint
  "S3_REGION" $values.objectStore.region
  "S3_BUCKET" $values.objectStore.bucket
  "S3_FORCE_PATH_STYLE" (toString $values.objectStore.forcePathStyle)
  "HTTP_HOST" "0.0.0.0"
  "HTTP_PORT" (toString (int $values.http.port))
  "TENANT_PROOF" $values.tenantProof.mode
  "FLEET_PROOF_KEY_ID" $values.tenantProof.keyId
  "FLEET_PROOF_KEYS" (join "," $values.tenantProof.publicKeys)
  "TENANT_SECRETS_DIR" (ternary "/run/docfleet/tenants" "" (gt (len $values.tenantProof.tenantSecrets) 0))
  "SOURCE_BUCKETS" (join "," $values.sourceBuckets)
  "PARSER_SANDBOX" $values.parserSandbox
  "EXTRACTION_POOL" $unit.pool
  "EXTRACTION_POOLS" (include "docfleet.pools" $shared.pools)
-}}
{{- if has "DRAIN_TIMEOUT_MS" $known -}}
  {{- $_ := set $all "DRAIN_TIMEOUT_MS" (include "docfleet.drainMs" $unit) -}}
{{- end -}}
{{- if has $unit.program.name $shared.gpu.services -}}
  {{- $_ := set $all "OCR_PROVIDER" "cuda" -}}
{{- end -}}
{{- if $values.http.tlsSecret -}}
  {{- $_ := set $all "HTTP_TLS_CERT_FILE" "/run/docfleet/tls/http/tls.crt" -}}
  {{- $_ := set $all "HTTP_TLS_KEY_FILE" "/run/docfleet/tls/http/tls.key" -}}
{{- end -}}
{{- range (include "docfleet.tls" . | fromJsonArray) -}}
  {{- if .hasCa -}}{{- $_ := set $all (printf "%s_TLS_CA_FILE" .prefix) (printf "%s/ca.crt" .folder) -}}{{- end -}}
  {{- if .hasCertificate -}}
    {{- $_ := set $all (printf "%s_TLS_CERT_FILE" .prefix) (printf "%s/tls.crt" .folder) -}}
    {{- $_ := set $all (printf "%s_TLS_KEY_FILE" .prefix) (printf "%s/tls.key" .folder) -}}
  {{- end -}}
  {{- $_ := set $all (printf "%s_TLS_PIN_SHA256" .prefix) (join "," .tls.pins) -}}
  {{- $_ := set $all (printf "%s_TLS_SERVER_NAME" .prefix) .tls.serverName -}}
{{- end -}}
{{- range $setting, $value := $unit.pod.settings -}}
  {{- if kindIs "float64" $value -}}
    {{- $_ := set $all $setting (ternary (printf "%d" (int64 $value)) (toString $value) (eq (floor $value) $value)) -}}
  {{- else -}}
    {{- $_ := set $all $setting (toString $value) -}}
  {{- end -}}
{{- end -}}
{{- $own := dict -}}
{{- range $setting, $value := $all -}}
  {{- if and (has $setting $known) (ne $value "") -}}{{- $_ := set $own $setting $value -}}{{- end -}}
{{- end -}}
{{ $own | toJson }}
{{- end }}

{{/* Pools with their classes, as EXTRACTION_POOLS has them: bank=invoice,receipt;forms=letter */}}
{{- define "docfleet.pools" -}}
{{- $pools := list -}}
{{- range $name, $pool := . -}}{{- $pools = append $pools (printf "%s=%s" $name (join "," $pool.classes)) -}}{{- end -}}
{{ join ";" $pools }}
{{- end }}

{{/* The servers whose TLS a unit has settings for: JSON of [{prefix, folder, tls, hasCa, hasCertificate}]. {root, unit} */}}
{{- define "docfleet.tls" -}}
{{- $values := .root.Values -}}
{{- $kafka := $values.global.docfleet.kafka -}}
{{- $settings := .unit.program.settings -}}
{{- $all := dict
  "KAFKA" $kafka.tls
  "SCHEMA_REGISTRY" $values.schemaRegistry.tls
  "DATABASE" $values.database.tls
  "S3" $values.objectStore.tls
-}}
{{- if eq $kafka.sasl.mechanism "OAUTHBEARER" -}}{{- $_ := set $all "KAFKA_OAUTH" $kafka.sasl.tls -}}{{- end -}}
{{- if $values.redis.enabled -}}{{- $_ := set $all "REDIS" $values.redis.tls -}}{{- end -}}
{{- $own := list -}}
{{- range $prefix, $tls := $all -}}
  {{- if has (printf "%s_TLS_CA_FILE" $prefix) $settings -}}
    {{- $folder := printf "/run/docfleet/tls/%s" ($prefix | lower | replace "_" "-") -}}
    {{- $hasCa := or (ne $tls.ca.secret "") (ne $tls.ca.configMap "") -}}
    {{- $own = append $own (dict "prefix" $prefix "folder" $folder "tls" $tls "hasCa" $hasCa "hasCertificate" (ne $tls.clientCertificate.secret "")) -}}
  {{- end -}}
{{- end -}}
{{ $own | toJson }}
{{- end }}

{{/* Keys of a unit's Secret that it uses with these values: JSON of a list. {root, unit} */}}
{{- define "docfleet.secretKeys" -}}
{{- $values := .root.Values -}}
{{- $mechanism := $values.global.docfleet.kafka.sasl.mechanism -}}
{{- $isDeploy := eq .unit.program.kind "deploy" -}}
{{- $keys := list -}}
{{- range .unit.program.secrets -}}
  {{- $use := true -}}
  {{- if hasPrefix "DEVELOPMENT_" . -}}{{- $use = false -}}
  {{- else if hasPrefix "KAFKA_SASL_" . -}}{{- $use = has $mechanism (list "PLAIN" "SCRAM-SHA-256" "SCRAM-SHA-512") -}}
  {{- else if hasPrefix "KAFKA_OAUTH_" . -}}{{- $use = eq $mechanism "OAUTHBEARER" -}}
  {{- else if eq . "REDIS_URL" -}}{{- $use = $values.redis.enabled -}}
  {{- else if eq . "FLEET_PROOF_PRIVATE_KEY" -}}{{- $use = ne $values.tenantProof.mode "off" -}}
  {{- else if eq . "ARTIFACT_URL_SECRET" -}}{{- $use = $values.artifactUrls.enabled -}}
  {{- else if and $isDeploy (hasPrefix "DATABASE_" .) (ne . "DATABASE_URL") -}}{{- $use = $values.deploy.setPasswords -}}
  {{- end -}}
  {{- if $use -}}{{- $keys = append $keys . -}}{{- end -}}
{{- end -}}
{{ $keys | toJson }}
{{- end }}

{{/* Name of a unit's Secret. {root, unit} */}}
{{- define "docfleet.secretName" -}}
{{ include "docfleet.named" (dict "root" .root "service" .unit.program.name "text" (.unit.pod.secret | default .root.Values.secrets.name)) }}
{{- end }}
