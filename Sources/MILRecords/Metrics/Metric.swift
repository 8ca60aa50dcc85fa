/// How numbers of one kind are printed for readers.
public enum NumberStyle: Sendable, Equatable {
  /// A share with three decimals and no zero in front of the point: `.887`.
  case share
  /// A number with this many decimals.
  case decimals(Int)
  /// A difference of shares, with its sign: `+.031`.
  case signedShare
  /// A p-value: three decimals, `<.001` for less.
  case probability
  /// A whole number.
  case count

  /// The shortest text from which a number can be read back; empty for nil.
  package func exact(_ value: Double?) -> String { value.map { self == .count ? "\(Int($0))" : "\($0)" } ?? "" }
}

/// A number that says how good predictions are: a value in a list, which tables, statistics, claims and files read.
///
/// ```swift
/// let metric = Metric(id: "accuracy", title: "accuracy") { outcomes in … }
/// ```
///
/// A list with a metric of one's own is given to `MILBench.main`. The first metric of a list that a task has is its leading
/// one: tables begin with it, epochs are judged by it, and published figures are set against it.
public struct Metric: Sendable, Equatable {
  /// Which of two values is the better one.
  package enum Direction: Sendable {
    /// The larger.
    case larger
    /// The smaller.
    case smaller

    /// 1 where larger values are better, -1 where smaller ones are.
    package var sign: Double { self == .larger ? 1 : -1 }
  }

  /// Over which bags a value is taken, before values are averaged.
  package enum Scope: Sendable {
    /// The test bags of a fold.
    case folds
    /// The test bags of all folds of a repetition together.
    case repetitions
  }

  /// Its key in files, claims and on the command line, for example `logLoss`.
  public let id: String
  /// What tables call it, for example `log loss`.
  public let title: String
  /// The targets that it is defined for.
  public var kinds: Set<Targets.Kind> = [.twoClasses]
  /// Which of two values is the better one.
  package var better = Direction.larger
  /// How values are printed.
  package var style = NumberStyle.share
  /// Over which bags a value is taken.
  package var scope = Scope.folds
  /// Whether models are compared by it, in statistics and in tables for readers; files have it in any case.
  public var isCompared = false
  /// Whether it is a share of bags called right, so that binomial errors and tests over bags hold for it.
  public var isShareOfBags = false
  /// What the test bags of a fold must have for a value, such as `both classes`; nil where there always is one.
  public var needs: String?
  private let formula: @Sendable (Outcomes) -> Double?

  /// A metric of two classes, of which larger values are better; other traits are set afterwards.
  public init(id: String, title: String, value: @escaping @Sendable (Outcomes) -> Double?) {
    self.id = id
    self.title = title
    formula = value
  }

  /// The value; nil where it is not defined, as for targets of another kind.
  public func value(_ outcomes: Outcomes) -> Double? {
    kinds.contains(outcomes.targets.kind) ? formula(outcomes) : nil
  }

  /// The key of its mean after the best epoch of each fold.
  package var oracleKey: String { "oracle\(id.prefix(1).uppercased())\(id.dropFirst())" }

  /// The key of its mean after the best common epoch.
  package var oracleCommonKey: String { "oracleCommon\(id.prefix(1).uppercased())\(id.dropFirst())" }

  /// Whether two metrics have one key.
  public static func == (left: Metric, right: Metric) -> Bool { left.id == right.id }
}

extension [Metric] {
  /// The metrics that come with the harness, in the order of tables.
  public static let standard: [Metric] = [
    .accuracy, .areaUnderCurve, .pooledAreaUnderCurve, .balancedAccuracy, .f1, .logLoss, .brierScore,
    .macroAreaUnderCurve, .macroRecall, .quadraticKappa, .classLogLoss, .rootMeanSquaredError, .explainedVariance,
    .rankCorrelation, .concordance,
  ]

  /// The metrics that the targets of records have, first the one that their task names; those of two classes where there are
  /// no records.
  package func applying(to records: [TrialRecord]) -> [Metric] {
    let first = records.first { $0.status == .finished }
    let applying = filter { $0.kinds.contains(first?.targets.kind ?? .twoClasses) }
    guard let id = first?.metric, let leading = applying.first(where: { $0.id == id }) else { return applying }
    return [leading] + applying.filter { $0 != leading }
  }
}

extension Targets.Kind {
  /// The metric that comes first for these targets unless a task names another.
  public var leadingMetric: Metric { [Metric].standard.first { $0.kinds.contains(self) } ?? .accuracy }
}
