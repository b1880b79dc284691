{{/* The image of a unit. {root, unit} */}}
{{- define "docfleet.image" -}}
{{- $image := .root.Values.image -}}
{{- $own := .unit.pod.image -}}
{{- $gpu := .root.Values.global.docfleet.gpu -}}
{{- $registry := $own.registry | default $image.registry -}}
{{- $repository := $own.repository | default (printf "%s/%s" $image.repository .unit.program.name) -}}
{{- $tag := $own.tag | default $image.tag | default .root.Chart.AppVersion -}}
{{- if and (eq .unit.program.name "ocr") (has "ocr" $gpu.services) -}}{{- $tag = printf "%s%s" $tag $gpu.imageTagSuffix -}}{{- end -}}
{{- with $registry }}{{ . }}/{{ end }}{{ $repository }}{{ if $own.digest }}@{{ $own.digest }}{{ else }}:{{ $tag }}{{ end }}
{{- end }}

{{/* Pod template of a unit. {root, unit} */}}
{{- define "docfleet.podTemplate" -}}
{{- $root := .root -}}
{{- $unit := .unit -}}
{{- $pod := $unit.pod -}}
{{- $gpu := $root.Values.global.docfleet.gpu -}}
{{- $hasGpu := has $unit.program.name $gpu.services -}}
{{- $name := printf "%s-%s" (include "docfleet.fullname" $root) $unit.name -}}
{{- $isJob := eq $unit.program.kind "deploy" -}}
{{- $secretKeys := include "docfleet.secretKeys" . | fromJsonArray -}}
{{- $servers := include "docfleet.tls" . | fromJsonArray -}}
{{- $service := $unit.program.name -}}
{{- $command := $pod.image.command | default $root.Values.image.command -}}
{{- $scheme := ternary "HTTPS" "HTTP" (ne $root.Values.http.tlsSecret "") -}}
{{- $needsTenants := and (eq $service "preprocess") (gt (len $root.Values.tenantProof.tenantSecrets) 0) -}}
metadata:
  labels:
    {{- include "docfleet.labels" (dict "root" $root "name" $unit.name) | nindent 4 }}
    {{- with $pod.podLabels }}{{ toYaml . | nindent 4 }}{{- end }}
  annotations:
    docfleet/settings: {{ include "docfleet.settings" . | sha256sum }}
    {{- with $pod.podAnnotations }}{{ toYaml . | nindent 4 }}{{- end }}
spec:
  serviceAccountName: {{ $name }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pod.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if and $hasGpu $gpu.runtimeClassName }}
  runtimeClassName: {{ $gpu.runtimeClassName }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: {{ int $root.Values.podSecurity.user }}
    runAsGroup: {{ int $root.Values.podSecurity.group }}
    fsGroup: {{ int $root.Values.podSecurity.group }}
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  {{- if $isJob }}
  restartPolicy: Never
  {{- else }}
  terminationGracePeriodSeconds: {{ include "docfleet.graceSeconds" $unit }}
  {{- end }}
  containers:
    - name: {{ $service }}
      image: {{ include "docfleet.image" . | quote }}
      imagePullPolicy: {{ $pod.image.pullPolicy | default $root.Values.image.pullPolicy }}
      {{- with $command }}
      command:
        {{- range . }}
        - {{ include "docfleet.named" (dict "root" $root "service" $service "text" .) | quote }}
        {{- end }}
      {{- end }}
      envFrom:
        - configMapRef: { name: {{ $name }} }
      {{- if or $secretKeys $pod.extraEnv }}
      env:
        {{- range $secretKeys }}
        - { name: {{ . }}_FILE, value: /run/docfleet/secrets/{{ . }} }
        {{- end }}
        {{- with $pod.extraEnv }}{{ toYaml . | nindent 8 }}{{- end }}
      {{- end }}
      {{- if not $isJob }}
      ports:
        - { name: http, containerPort: {{ int $root.Values.http.port }}, protocol: TCP }
      {{- $probes := $root.Values.probes }}
      startupProbe:
        httpGet: { path: /health, port: http, scheme: {{ $scheme }} }
        periodSeconds: {{ int $probes.startup.periodSeconds }}
        failureThreshold: {{ int $probes.startup.failureThreshold }}
        timeoutSeconds: {{ int $probes.timeoutSeconds }}
      readinessProbe:
        httpGet: { path: /ready, port: http, scheme: {{ $scheme }} }
        periodSeconds: {{ int $probes.readiness.periodSeconds }}
        failureThreshold: {{ int $probes.readiness.failureThreshold }}
        timeoutSeconds: {{ int $probes.timeoutSeconds }}
      livenessProbe:
        httpGet: { path: /health, port: http, scheme: {{ $scheme }} }
        periodSeconds: {{ int $probes.liveness.periodSeconds }}
        failureThreshold: {{ int $probes.liveness.failureThreshold }}
        timeoutSeconds: {{ int $probes.timeoutSeconds }}
      {{- if gt (int $pod.preStopSeconds) 0 }}
      lifecycle:
        preStop: { sleep: { seconds: {{ int $pod.preStopSeconds }} } }
      {{- end }}
      {{- end }}
      {{- $resources := deepCopy $pod.resources }}
      {{- if $hasGpu }}
      {{- $resources = mustMergeOverwrite $resources (dict "limits" (dict $gpu.resource (int $gpu.count))) }}
      {{- end }}
      resources: {{ toYaml $resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- if $secretKeys }}
        - { name: secrets, mountPath: /run/docfleet/secrets, readOnly: true }
        {{- end }}
        {{- range $servers }}
        {{- if or .hasCa .hasCertificate }}
        - { name: tls-{{ .prefix | lower | replace "_" "-" }}, mountPath: {{ .folder }}, readOnly: true }
        {{- end }}
        {{- end }}
        {{- if and $root.Values.http.tlsSecret (not $isJob) }}
        - { name: tls-http, mountPath: /run/docfleet/tls/http, readOnly: true }
        {{- end }}
        {{- if $needsTenants }}
        {{- range $root.Values.tenantProof.tenantSecrets }}
        - { name: tenant-{{ .tenant }}, mountPath: /run/docfleet/tenants/{{ .tenant }}, readOnly: true }
        {{- end }}
        {{- end }}
        {{- with $pod.extraVolumeMounts }}{{ toYaml . | nindent 8 }}{{- end }}
  volumes:
    - { name: tmp, emptyDir: {} }
    {{- if $secretKeys }}
    - name: secrets
      secret:
        secretName: {{ include "docfleet.secretName" . }}
        defaultMode: 0440
        items:
          {{- range $secretKeys }}
          - { key: {{ . }}, path: {{ . }} }
          {{- end }}
    {{- end }}
    {{- range $servers }}
    {{- if or .hasCa .hasCertificate }}
    - name: tls-{{ .prefix | lower | replace "_" "-" }}
      projected:
        defaultMode: 0440
        sources:
          {{- if .tls.ca.secret }}
          - secret: { name: {{ .tls.ca.secret }}, items: [{ key: {{ .tls.ca.key }}, path: ca.crt }] }
          {{- else if .tls.ca.configMap }}
          - configMap: { name: {{ .tls.ca.configMap }}, items: [{ key: {{ .tls.ca.key }}, path: ca.crt }] }
          {{- end }}
          {{- with .tls.clientCertificate }}
          {{- if .secret }}
          - secret:
              name: {{ include "docfleet.named" (dict "root" $root "service" $service "text" .secret) }}
              items:
                - { key: {{ .certificateKey }}, path: tls.crt }
                - { key: {{ .privateKeyKey }}, path: tls.key }
          {{- end }}
          {{- end }}
    {{- end }}
    {{- end }}
    {{- if and $root.Values.http.tlsSecret (not $isJob) }}
    - name: tls-http
      secret:
        secretName: {{ include "docfleet.named" (dict "root" $root "service" $service "text" $root.Values.http.tlsSecret) }}
        defaultMode: 0440
    {{- end }}
    {{- if $needsTenants }}
    {{- range $root.Values.tenantProof.tenantSecrets }}
    - { name: tenant-{{ .tenant }}, secret: { secretName: {{ .secret }}, defaultMode: 0440 } }
    {{- end }}
    {{- end }}
    {{- with $pod.extraVolumes }}{{ toYaml . | nindent 4 }}{{- end }}
  {{- $nodes := $pod.nodeSelector }}
  {{- $tolerations := $pod.tolerations }}
  {{- if $hasGpu }}
  {{- $nodes = mustMergeOverwrite (deepCopy $gpu.nodeSelector) $nodes }}
  {{- $tolerations = concat $gpu.tolerations $tolerations }}
  {{- end }}
  {{- with $nodes }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $pod.affinity }}
  affinity: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- if and (not $isJob) (ne $pod.topologySpread "none") }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: {{ ternary "DoNotSchedule" "ScheduleAnyway" (eq $pod.topologySpread "required") }}
      labelSelector:
        matchLabels: {{ include "docfleet.selector" (dict "root" $root "name" $unit.name) | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
{{- end }}
