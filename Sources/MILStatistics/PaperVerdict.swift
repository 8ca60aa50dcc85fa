import MILResults

/// A measured accuracy set against a published one, in binomial standard errors.
///
/// SE = sqrt(p (1 - p) / n), with p the published accuracy and n the number of different test bags: the error that the
/// published figure itself has because the bags are few, which repeating a cross-validation does not lessen.
///
/// Reproduced: |ours - p| of at most 1 SE; within noise: at most 2; else not reproduced.
public struct PaperVerdict: Sendable, Equatable {
  /// How far a measured figure bears a published one out.
  public enum Grade: String, Codable, Sendable, CaseIterable {
    /// The difference is at most one standard error.
    case reproduced
    /// The difference is at most two standard errors.
    case withinNoise = "within noise"
    /// The difference is larger.
    case notReproduced = "not reproduced"
  }

  /// Ours after the last epoch minus the paper's, in standard errors.
  public let difference: Double
  /// The oracle's minus the paper's, in standard errors; nil without an oracle.
  public let oracleDifference: Double?

  /// The rule by the difference alone.
  public var grade: Grade {
    switch difference.magnitude {
    case ...1: .reproduced
    case ...2: .withinNoise
    default: .notReproduced
    }
  }

  /// Whether the paper's figure is out of reach after the last epoch, by more than one standard error, and within it, or
  /// surpassed, once the best epoch of each fold is picked on the test bags.
  public var isOracleOnly: Bool { difference < -1 && oracleDifference.map { $0 >= -1 } ?? false }

  /// The verdict in words, for example `not reproduced, oracle only`.
  public var words: String { grade.rawValue + (isOracleOnly ? ", oracle only" : "") }

  /// Sets `ours` against `paper`, both shares; nil where the standard error is 0 or not defined.
  public init?(paper: Double, ours: Double, oracle: Double? = nil, bags: Int) {
    guard let error = BinomialError.standardError(accuracy: paper, bags: bags), error > 0 else { return nil }
    difference = (ours - paper) / error
    oracleDifference = oracle.map { ($0 - paper) / error }
  }

  /// The rule as captions print it.
  public static let rule =
    "Verdict, by the difference in binomial standard errors SE = sqrt(p (1 - p) / bags) of the paper's mean p: reproduced "
    + "up to 1 SE either way, within noise up to 2, else not reproduced; oracle only: more than 1 SE below the paper "
    + "after the last epoch, but not after each fold's best epoch on the test bags."
}
