export { ChartSection, type ChartSectionProps, SeriesTable } from './ChartSection';
export { ConfirmByName, type ConfirmByNameProps } from './ConfirmByName';
export { type Column, DataTable, type DataTableProps, type Sorting } from './DataTable';
export { EmptyState, type EmptyStateProps } from './EmptyState';
export { ErrorNotice, type ErrorNoticeProps } from './ErrorNotice';
export { ExportMenu, type ExportMenuProps } from './ExportMenu';
export { FieldHelp, type FieldHelpProps } from './FieldHelp';
export { Delta, type DeltaProps, Figure, type FigureProps, FigureStrip } from './Figure';
export * as format from './format';
export { Identifier, type IdentifierProps } from './Identifier';
export { type KeyValue, KeyValueList } from './KeyValueList';
export { SectionLevel } from './level';
export { Meter, type MeterProps, type Share, ShareBars } from './Meter';
export { More, type MoreProps } from './More';
export { PageHeader, type PageHeaderProps } from './PageHeader';
export { Leaf, Paper } from './Paper';
export { type ProgressStep, ProgressSteps, type StepState } from './ProgressSteps';
export { fieldProblems, localError, type Problem, problemOf } from './problem';
export { RelativeTime, useNow } from './RelativeTime';
export { Section, type SectionProps } from './Section';
export {
  SkeletonChart,
  SkeletonFigure,
  SkeletonLine,
  SkeletonPanel,
  SkeletonRows,
} from './Skeletons';
export { isWhole, SpanInputs, spanOf, type TypedSpan } from './SpanInputs';
export { Sparkline, type SparklineProps } from './Sparkline';
export { Status, type StatusIcon, type StatusProps, type StatusTone } from './Status';
export { saveFile } from './saveFile';
export type { Series, TimePoint, TimeSeriesChartProps } from './series';
export {
  EGRESS_DECISIONS,
  modelName,
  placeLabel,
  QUERY_OUTCOMES,
  RESIDENCY_MODES,
  residencyStatus,
  TENANT_HEALTH,
  TENANT_STATES,
} from './statuses';
export { TimeSeriesChart } from './TimeSeriesChart';
export { useSelectedInView } from './useSelectedInView';
export { useWaysOn, type WaysOn, WaysOnProvider } from './waysOn';
