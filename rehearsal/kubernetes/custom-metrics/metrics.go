package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/klog/v2"
	"k8s.io/metrics/pkg/apis/custom_metrics"
	"sigs.k8s.io/custom-metrics-apiserver/pkg/provider"
	"sigs.k8s.io/custom-metrics-apiserver/pkg/provider/helpers"
)

// seriesAge is how long ago a series may have been seen for its metric to be offered.
const seriesAge = 10 * time.Minute

// source is where a metric comes from: a series, and the rule that takes it.
type source struct {
	rule   *rule
	series string
}

// prometheusMetrics answers for custom metrics by asking Prometheus.
type prometheusMetrics struct {
	prometheus prometheus.API
	rules      []*rule
	objects    dynamic.Interface
	mapper     meta.RESTMapper

	lock    sync.RWMutex
	sources map[provider.CustomMetricInfo]source
}

var _ provider.CustomMetricsProvider = &prometheusMetrics{}

func newPrometheusMetrics(
	api prometheus.API, rules []*rule, objects dynamic.Interface, mapper meta.RESTMapper,
) *prometheusMetrics {
	return &prometheusMetrics{
		prometheus: api, rules: rules, objects: objects, mapper: mapper, sources: map[provider.CustomMetricInfo]source{},
	}
}

// relist asks again and again which series there are. What cannot be asked leaves what was known.
func (m *prometheusMetrics) relist(ctx context.Context, interval time.Duration) {
	for {
		if sources, err := m.list(ctx); err != nil {
			klog.Errorf("listing series: %v", err)
		} else {
			m.lock.Lock()
			m.sources = sources
			m.lock.Unlock()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
	}
}

func (m *prometheusMetrics) list(ctx context.Context) (map[provider.CustomMetricInfo]source, error) {
	sources := map[provider.CustomMetricInfo]source{}
	now := time.Now()
	for _, rule := range m.rules {
		found, _, err := m.prometheus.Series(ctx, []string{rule.seriesQuery}, now.Add(-seriesAge), now)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", rule.seriesQuery, err)
		}
		for _, labels := range found {
			series := string(labels[model.MetricNameLabel])
			metric, taken := rule.metricOf(series)
			if !taken {
				continue
			}
			for _, resource := range rule.resourcesOf(labels) {
				info, err := m.describe(resource, metric)
				if err != nil {
					klog.V(4).Infof("%s: %v", series, err)
					continue
				}
				sources[info] = source{rule: rule, series: series}
			}
		}
	}
	return sources, nil
}

// describe names a metric of a resource as the API does.
func (m *prometheusMetrics) describe(resource schema.GroupResource, metric string) (provider.CustomMetricInfo, error) {
	full, err := m.mapper.ResourceFor(resource.WithVersion(""))
	if err != nil {
		return provider.CustomMetricInfo{}, err
	}
	kind, err := m.mapper.KindFor(full)
	if err != nil {
		return provider.CustomMetricInfo{}, err
	}
	mapping, err := m.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return provider.CustomMetricInfo{}, err
	}
	namespaced := mapping.Scope.Name() == meta.RESTScopeNameNamespace
	return provider.CustomMetricInfo{GroupResource: full.GroupResource(), Namespaced: namespaced, Metric: metric}, nil
}

// ListAllMetrics names every metric that there is.
func (m *prometheusMetrics) ListAllMetrics() []provider.CustomMetricInfo {
	m.lock.RLock()
	defer m.lock.RUnlock()
	return slices.Collect(maps.Keys(m.sources))
}

// GetMetricByName is the metric of one object.
func (m *prometheusMetrics) GetMetricByName(
	ctx context.Context, name types.NamespacedName, info provider.CustomMetricInfo, metricSelector labels.Selector,
) (*custom_metrics.MetricValue, error) {
	values, err := m.values(ctx, name.Namespace, []string{name.Name}, info, metricSelector)
	if err != nil {
		return nil, err
	}
	if len(values) != 1 {
		return nil, provider.NewMetricNotFoundForError(info.GroupResource, info.Metric, name.Name)
	}
	return &values[0], nil
}

// GetMetricBySelector is the metric of each object that is selected and has it.
func (m *prometheusMetrics) GetMetricBySelector(
	ctx context.Context, namespace string, selector labels.Selector, info provider.CustomMetricInfo,
	metricSelector labels.Selector,
) (*custom_metrics.MetricValueList, error) {
	names, err := helpers.ListObjectNames(m.mapper, m.objects, namespace, selector, info)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return &custom_metrics.MetricValueList{}, nil
	}
	values, err := m.values(ctx, namespace, names, info, metricSelector)
	if err != nil {
		return nil, err
	}
	return &custom_metrics.MetricValueList{Items: values}, nil
}

func (m *prometheusMetrics) values(
	ctx context.Context, namespace string, names []string, info provider.CustomMetricInfo, metricSelector labels.Selector,
) ([]custom_metrics.MetricValue, error) {
	info, singular, err := info.Normalized(m.mapper)
	if err != nil {
		return nil, err
	}
	m.lock.RLock()
	from, known := m.sources[info]
	m.lock.RUnlock()
	if !known {
		return nil, provider.NewMetricNotFoundError(info.GroupResource, info.Metric)
	}
	groupBy, err := from.rule.labelFor(info.GroupResource, singular)
	if err != nil {
		return nil, err
	}
	wanted := map[string][]string{groupBy: names}
	if info.Namespaced {
		label, err := from.rule.labelFor(schema.GroupResource{Resource: "namespaces"}, "namespace")
		if err != nil {
			return nil, err
		}
		wanted[label] = []string{namespace}
	}
	query, err := from.rule.render(from.series, groupBy, wanted, matchersOf(metricSelector))
	if err != nil {
		return nil, err
	}
	answer, _, err := m.prometheus.Query(ctx, query, time.Now())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", query, err)
	}
	vector, isVector := answer.(model.Vector)
	if !isVector {
		return nil, fmt.Errorf("%s: is a %s and must be a vector", query, answer.Type())
	}
	return m.describeAll(vector, groupBy, namespace, names, info)
}

// describeAll turns samples into the API's values, for the objects that were asked for.
func (m *prometheusMetrics) describeAll(
	vector model.Vector, label, namespace string, names []string, info provider.CustomMetricInfo,
) ([]custom_metrics.MetricValue, error) {
	var values []custom_metrics.MetricValue
	for _, sample := range vector {
		name := string(sample.Metric[model.LabelName(label)])
		if !slices.Contains(names, name) {
			continue
		}
		object, err := helpers.ReferenceFor(m.mapper, types.NamespacedName{Namespace: namespace, Name: name}, info)
		if err != nil {
			return nil, err
		}
		values = append(values, custom_metrics.MetricValue{
			DescribedObject: object,
			Metric:          custom_metrics.MetricIdentifier{Name: info.Metric},
			Timestamp:       metav1.Time{Time: sample.Timestamp.Time()},
			Value:           quantityOf(float64(sample.Value)),
		})
	}
	return values, nil
}

// quantityOf is a sample as a quantity, exact to a thousandth; what is no number (a rate of nothing) counts as none.
func quantityOf(value float64) resource.Quantity {
	if math.IsNaN(value) {
		value = 0
	}
	return *resource.NewMilliQuantity(int64(math.Round(value*1000)), resource.DecimalSI)
}

// matchersOf says in PromQL what a selector says.
func matchersOf(selector labels.Selector) []string {
	requirements, _ := selector.Requirements()
	matchers := make([]string, 0, len(requirements))
	for _, requirement := range requirements {
		joined := strings.Join(slices.Sorted(maps.Keys(requirement.Values())), "|")
		operator := map[selection.Operator]string{
			selection.NotIn: "!~", selection.NotEquals: "!~", selection.Exists: "!=", selection.DoesNotExist: "=",
		}[requirement.Operator()]
		if operator == "" {
			operator = "=~"
		}
		matchers = append(matchers, fmt.Sprintf("%s%s%q", requirement.Key(), operator, joined))
	}
	return matchers
}
