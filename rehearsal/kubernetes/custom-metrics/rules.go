package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/prometheus/common/model"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// configuration is the part of prometheus-adapter's file that is served: its custom metrics.
type configuration struct {
	Rules         []ruleConfig `json:"rules"`
	ExternalRules []any        `json:"externalRules"`
	ResourceRules any          `json:"resourceRules"`
}

// ruleConfig is one rule, as prometheus-adapter's docs/config.md describes it.
type ruleConfig struct {
	// SeriesQuery selects series, by name or by labels.
	SeriesQuery   string         `json:"seriesQuery"`
	SeriesFilters []seriesFilter `json:"seriesFilters"`
	Resources     struct {
		// Overrides maps labels to resources.
		Overrides map[string]groupResource `json:"overrides"`
		// Template makes the name of a label out of a resource.
		Template string `json:"template"`
	} `json:"resources"`
	Name struct {
		Matches string `json:"matches"`
		As      string `json:"as"`
	} `json:"name"`
	// MetricsQuery is the query's template, in << and >>.
	MetricsQuery string `json:"metricsQuery"`
}

type seriesFilter struct {
	Is    string `json:"is"`
	IsNot string `json:"isNot"`
}

type groupResource struct {
	Group    string `json:"group"`
	Resource string `json:"resource"`
}

// rule is a ruleConfig, compiled.
type rule struct {
	seriesQuery string
	is, isNot   []*regexp.Regexp
	overrides   map[string]schema.GroupResource
	label       *regexp.Regexp
	labelOf     *template.Template
	name        *regexp.Regexp
	as          string
	query       *template.Template
}

// queryParts are what a metricsQuery can say.
type queryParts struct {
	Series            string
	LabelMatchers     string
	LabelValuesByName map[string]string
	GroupBy           string
	GroupBySlice      []string
}

func readRules(path string) ([]*rule, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var config configuration
	if err := yaml.Unmarshal(content, &config); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	// What is asked for and not served must not look as if it were.
	if len(config.ExternalRules) > 0 || config.ResourceRules != nil {
		return nil, fmt.Errorf("%s: only custom metrics (rules) are served here, not externalRules or resourceRules", path)
	}
	rules := make([]*rule, 0, len(config.Rules))
	for index, each := range config.Rules {
		compiled, err := compile(each)
		if err != nil {
			return nil, fmt.Errorf("%s: rules[%d]: %w", path, index, err)
		}
		rules = append(rules, compiled)
	}
	return rules, nil
}

func compile(config ruleConfig) (*rule, error) {
	result := &rule{seriesQuery: config.SeriesQuery, overrides: map[string]schema.GroupResource{}, as: config.Name.As}
	for _, filter := range config.SeriesFilters {
		for _, each := range []struct {
			pattern string
			into    *[]*regexp.Regexp
		}{{filter.Is, &result.is}, {filter.IsNot, &result.isNot}} {
			if each.pattern == "" {
				continue
			}
			pattern, err := regexp.Compile(each.pattern)
			if err != nil {
				return nil, err
			}
			*each.into = append(*each.into, pattern)
		}
	}
	for label, resource := range config.Resources.Overrides {
		result.overrides[label] = schema.GroupResource(resource)
	}
	if config.Resources.Template != "" {
		if err := result.compileLabels(config.Resources.Template); err != nil {
			return nil, err
		}
	}
	matches := config.Name.Matches
	if matches == "" {
		matches = ".*"
	}
	name, err := regexp.Compile(matches)
	if err != nil {
		return nil, err
	}
	result.name = name
	if result.as == "" {
		// The whole name, or what its only group took.
		result.as = fmt.Sprintf("$%d", min(name.NumSubexp(), 1))
	}
	result.query, err = template.New("metricsQuery").Delims("<<", ">>").Parse(config.MetricsQuery)
	return result, err
}

// compileLabels reads a template of label names both ways: from a resource to its label, and back.
func (r *rule) compileLabels(text string) error {
	labelOf, err := template.New("resources").Delims("<<", ">>").Parse(text)
	if err != nil {
		return err
	}
	pattern, err := execute(labelOf, groupResource{Group: `(?P<group>.+?)`, Resource: `(?P<resource>.+?)`})
	if err != nil {
		return err
	}
	r.labelOf = labelOf
	r.label, err = regexp.Compile("^" + pattern + "$")
	return err
}

// metricOf is the metric's name for a series, and whether the rule takes the series at all.
func (r *rule) metricOf(series string) (string, bool) {
	matches := func(pattern *regexp.Regexp) bool { return pattern.MatchString(series) }
	misses := func(pattern *regexp.Regexp) bool { return !pattern.MatchString(series) }
	found := r.name.FindStringSubmatchIndex(series)
	if found == nil || slices.ContainsFunc(r.is, misses) || slices.ContainsFunc(r.isNot, matches) {
		return "", false
	}
	return string(r.name.ExpandString(nil, r.as, series, found)), true
}

// resourcesOf are the resources that a series is about, by its labels.
func (r *rule) resourcesOf(labels model.LabelSet) []schema.GroupResource {
	var resources []schema.GroupResource
	for label := range labels {
		if resource, known := r.overrides[string(label)]; known {
			resources = append(resources, resource)
			continue
		}
		if r.label == nil {
			continue
		}
		if found := r.label.FindStringSubmatch(string(label)); found != nil {
			resource := schema.GroupResource{Resource: found[r.label.SubexpIndex("resource")]}
			if at := r.label.SubexpIndex("group"); at >= 0 {
				resource.Group = found[at]
			}
			resources = append(resources, resource)
		}
	}
	return resources
}

// labelFor is the label that names objects of a resource.
func (r *rule) labelFor(resource schema.GroupResource, singular string) (string, error) {
	for label, each := range r.overrides {
		if each.Group == resource.Group && (each.Resource == resource.Resource || each.Resource == singular) {
			return label, nil
		}
	}
	if r.labelOf == nil {
		return "", fmt.Errorf("no label names %s", resource)
	}
	return execute(r.labelOf, groupResource{Group: resource.Group, Resource: singular})
}

// render fills the rule's query for one series.
func (r *rule) render(series, groupBy string, values map[string][]string, more []string) (string, error) {
	parts := queryParts{
		Series: series, GroupBy: groupBy, GroupBySlice: []string{groupBy}, LabelValuesByName: map[string]string{},
	}
	matchers := slices.Clone(more)
	for label, wanted := range values {
		quoted := make([]string, len(wanted))
		for at, value := range wanted {
			quoted[at] = regexp.QuoteMeta(value)
		}
		joined := strings.Join(quoted, "|")
		parts.LabelValuesByName[label] = joined
		matchers = append(matchers, fmt.Sprintf("%s=~%q", label, joined))
	}
	slices.Sort(matchers)
	parts.LabelMatchers = strings.Join(matchers, ",")
	return execute(r.query, parts)
}

func execute(text *template.Template, data any) (string, error) {
	var out bytes.Buffer
	err := text.Execute(&out, data)
	return out.String(), err
}
