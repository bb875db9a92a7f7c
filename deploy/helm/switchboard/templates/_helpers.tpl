{{- define "switchboard.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 40 characters, so that the names of pods, which are NODE_IDs, stay under 64; no dots. */}}
{{- define "switchboard.fullname" -}}
{{- $name := include "switchboard.name" . -}}
{{- $full := .Release.Name -}}
{{- if not (contains $name .Release.Name) }}{{ $full = printf "%s-%s" .Release.Name $name }}{{ end -}}
{{- default $full .Values.fullnameOverride | replace "." "-" | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* What selects the pods of one component. Takes a list: the root and the component. */}}
{{- define "switchboard.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "switchboard.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "switchboard.labels" -}}
{{- $root := index . 0 -}}
{{ include "switchboard.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end -}}

{{- define "switchboard.serviceAccount" -}}
{{- default (include "switchboard.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "switchboard.secret" -}}
{{- default (include "switchboard.fullname" .) .Values.secrets.existingSecret -}}
{{- end -}}

{{- define "switchboard.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}{{ $image.repository }}@{{ $image.digest }}
{{- else -}}{{ $image.repository }}:{{ default .Chart.AppVersion $image.tag }}{{- end -}}
{{- end -}}

{{/* A variable from a key of the Secret. Takes a dict: root, name, key, optional. */}}
{{- define "switchboard.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ include "switchboard.secret" .root }}
      key: {{ index .root.Values.secrets.keys .key }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end -}}

{{/* Security of every pod and container of this chart: nobody in particular, who may write nothing. */}}
{{- define "switchboard.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "switchboard.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* Spread over zones and hosts. Takes a list: the root and the component. */}}
{{- define "switchboard.spread" -}}
{{- $root := index . 0 -}}
{{- $selector := include "switchboard.selector" . -}}
{{- with $root.Values.topologySpread }}
topologySpreadConstraints:
  {{- range . }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- end -}}

{{/* What stops an installation that could not work, each with what to do. */}}
{{- define "switchboard.check" -}}
{{- if and .Values.balancer.enabled (not .Values.balancer.tlsSecretName) -}}
{{- fail "balancer.tlsSecretName: the own balancer ends TLS, so it needs a Secret with tls.crt and tls.key" -}}
{{- end -}}
{{- if and .Values.coturn.enabled (not .Values.coturn.host) -}}
{{- fail "coturn.host: clients need a name or an address by which to reach the TURN server" -}}
{{- end -}}
{{- if and .Values.gateway.enabled (not .Values.gateway.parentRefs) (not .Values.gateway.className) -}}
{{- fail "gateway.parentRefs or gateway.className: the route needs a Gateway to attach to" -}}
{{- end -}}
{{- end -}}
