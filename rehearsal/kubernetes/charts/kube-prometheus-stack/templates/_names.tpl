{{- define "stack.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 26 | trimSuffix "-" }}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}{{ .Release.Name | trunc 26 | trimSuffix "-" }}{{- else -}}{{ printf "%s-%s" .Release.Name $name | trunc 26 | trimSuffix "-" }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "stack.labels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
release: {{ .Release.Name | quote }}
heritage: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* a list: the chart, and a dictionary with registry, repository, tag, sha */ -}}
{{- define "stack.image" -}}
{{- $root := index . 0 }}{{- with index . 1 }}
{{- with $root.Values.global.imageRegistry | default .registry }}{{ . }}/{{ end }}{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .sha }}@sha256:{{ . }}{{ end }}
{{- end }}
{{- end -}}

{{- /* selectors that are not given choose what carries the release's label, unless told to choose everything */ -}}
{{- define "stack.selector" -}}
{{- if .given }}{{ toYaml .given }}
{{- else if .nilUsesHelmValues }}matchLabels: { release: {{ .release | quote }} }
{{- else }}{}
{{- end }}
{{- end -}}
