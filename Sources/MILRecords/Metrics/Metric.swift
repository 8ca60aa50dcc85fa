/// The format of printed numbers of one kind.
public enum NumberStyle: Sendable, Equatable {
  /// A share with three decimals and no zero before the point: `.887`.
  case share
  /// A number with this many decimals.
  case decimals(Int)
  /// A difference of shares, with its sign: `+.031`.
  case signedShare
  /// A p-value: three decimals, `<.001` for smaller values.
  case probability
  /// A whole number.
  case count

  /// Returns the shortest text from which a number can be read back; empty for nil.
  package func exact(_ value: Double?) -> String { value.map { self == .count ? "\(Int($0))" : "\($0)" } ?? "" }
}

/// A measure of the quality of predictions: a list element that tables, statistics, claims and files read.
///
/// ```swift
/// let metric = Metric(id: "accuracy", title: "accuracy") { outcomes in … }
/// ```
///
/// A list with a metric of your own is an argument of `MILBench.main`. The first metric of a list that applies to a
/// task is its leading one. Tables begin with it, epochs are compared by it, and published figures are compared with
/// it.
public struct Metric: Sendable, Equatable {
  /// The better one of two values.
  package enum Direction: Sendable {
    /// The larger value is better.
    case larger
    /// The smaller value is better.
    case smaller

    /// 1 if larger values are better, -1 if smaller ones are.
    package var sign: Double { self == .larger ? 1 : -1 }
  }

  /// The bags over which a value is computed, before values are averaged.
  package enum Scope: Sendable {
    /// The test bags of a fold.
    case folds
    /// The test bags of all folds of a repetition together.
    case repetitions
  }

  /// The key in files, claims and on the command line, for example `logLoss`.
  public let id: String
  /// The name in tables, for example `log loss`.
  public let title: String
  /// The kinds of targets for which the metric is defined.
  package var kinds: Set<Targets.Kind> = [.twoClasses]
  /// The better one of two values.
  package var better = Direction.larger
  /// The format of printed values.
  package var style = NumberStyle.share
  /// The bags over which a value is computed.
  package var scope = Scope.folds
  /// Whether statistics and tables for readers compare models by it; files contain it in any case.
  package var isCompared = false
  /// Whether it is a share of correctly predicted bags, so that binomial errors and tests over bags are valid.
  package var isShareOfBags = false
  /// The condition on a fold's test bags for a value, such as `both classes`; nil if there is always a value.
  package var needs: String?
  private let formula: @Sendable (Outcomes) -> Double?

  /// Creates a metric.
  ///
  /// - Parameters:
  ///   - id: the key in files, claims and on the command line, for example `logLoss`.
  ///   - title: the name in tables, for example `log loss`.
  ///   - kinds: the kinds of targets for which the metric is defined.
  ///   - smallerIsBetter: whether the smaller of two values is the better one.
  ///   - style: the format of printed values.
  ///   - joinsFolds: whether a value is computed over the test bags of all folds of a repetition together, not of one
  ///     fold.
  ///   - isCompared: whether statistics and tables for readers compare models by it; files contain it in any case.
  ///   - isShareOfBags: whether it is a share of correctly predicted bags, so that binomial errors and tests over bags
  ///     are valid.
  ///   - needs: the condition on a fold's test bags for a value, such as `both classes`; nil if there is always a
  ///     value.
  ///   - value: the formula; nil if the value is not defined.
  public init(
    id: String, title: String, kinds: Set<Targets.Kind> = [.twoClasses], smallerIsBetter: Bool = false,
    style: NumberStyle = .share, joinsFolds: Bool = false, isCompared: Bool = false, isShareOfBags: Bool = false,
    needs: String? = nil, value: @escaping @Sendable (Outcomes) -> Double?
  ) {
    self.id = id
    self.title = title
    self.kinds = kinds
    better = smallerIsBetter ? .smaller : .larger
    self.style = style
    scope = joinsFolds ? .repetitions : .folds
    self.isCompared = isCompared
    self.isShareOfBags = isShareOfBags
    self.needs = needs
    formula = value
  }

  /// Returns the value; nil if it is not defined, as for targets of another kind.
  public func value(_ outcomes: Outcomes) -> Double? {
    kinds.contains(outcomes.targets.kind) ? formula(outcomes) : nil
  }

  /// The key of the mean after the best epoch of each fold.
  package var oracleKey: String { "oracle\(id.prefix(1).uppercased())\(id.dropFirst())" }

  /// The key of the mean after the best common epoch.
  package var oracleCommonKey: String { "oracleCommon\(id.prefix(1).uppercased())\(id.dropFirst())" }

  /// Returns whether two metrics have the same key.
  public static func == (left: Metric, right: Metric) -> Bool { left.id == right.id }
}

extension [Metric] {
  /// The metrics that come with the harness, in the order of tables.
  public static let standard: [Metric] = [
    .accuracy, .areaUnderCurve, .pooledAreaUnderCurve, .balancedAccuracy, .f1, .logLoss, .brierScore,
    .macroAreaUnderCurve, .macroRecall, .quadraticKappa, .classLogLoss, .rootMeanSquaredError, .explainedVariance,
    .rankCorrelation, .concordance,
  ]

  /// Returns the metrics for the targets of records, first the one that their task names.
  ///
  /// If there are no records, returns the metrics for two classes.
  package func applying(to records: [TrialRecord]) -> [Metric] {
    let first = records.first { $0.status == .finished }
    let applying = filter { $0.kinds.contains(first?.targets.kind ?? .twoClasses) }
    guard let id = first?.metric, let leading = applying.first(where: { $0.id == id }) else { return applying }
    return [leading] + applying.filter { $0 != leading }
  }
}

extension Targets.Kind {
  /// The metric that comes first for these targets unless a task names another.
  package var leadingMetric: Metric { [Metric].standard.first { $0.kinds.contains(self) } ?? .accuracy }
}
