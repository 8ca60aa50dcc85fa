import UserInput

/// The part of a trial that differs between the repetitions of a cross-validation.
///
/// `clean[varies=order]` trains on the folds and from the initial parameters of the first repetition, each time with
/// another order of the bags. The deviation over such repetitions is the share of that one source in the variance of
/// results. The first repetition is the same for all sources.
///
/// Source of the division: X. Bouthillier, P. Delaunay, M. Bronzi et al., Accounting for variance in machine learning
/// benchmarks, MLSys 2021, arXiv:2103.03098. Deviation: one source varies alone, others as in the first repetition.
package enum RepetitionVariation: String, Codable, Sendable, CaseIterable {
  /// Folds, initial parameters, and everything random in training.
  case all
  /// The initial parameters of a network, and nothing else.
  case initialisation
  /// The order of bags, dropout and other draws of training; folds and initial parameters stay.
  case order
  /// The folds; everything random in the training of a fold stays.
  case folds

  /// The name of the parameter of a protocol.
  package static let parameter = "varies"

  /// Creates the variation of this name.
  ///
  /// - Throws: ``/UserInput/ConfigurationError`` with the valid names.
  init(named text: String) throws {
    guard let found = Self(rawValue: text) else {
      throw ConfigurationError(
        parameter: Self.parameter, found: text, expected: Self.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self = found
  }

  /// Whether all repetitions have the folds of the first one.
  package var keepsFolds: Bool { self == .initialisation || self == .order }

  /// Returns the repetition whose seed decides initial parameters.
  func initialRepetition(of repetition: Int) -> Int { self == .all || self == .initialisation ? repetition : 1 }

  /// Returns the repetition whose seed decides everything else that is random in training.
  func trainingRepetition(of repetition: Int) -> Int { self == .all || self == .order ? repetition : 1 }
}

extension ProtocolSettings {
  /// Returns the repetition whose folds a repetition has.
  package func foldRepetition(of repetition: Int) -> Int { varies?.keepsFolds == true ? 1 : repetition }
}
