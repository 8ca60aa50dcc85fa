import MILBenchTesting
import MILModels
import Testing

typealias Contract = ModelUnderTest

/// The registered models, for tests that run over all of them: whoever registers a model has it tested here.
extension ModelUnderTest {
  /// The standard registry; a test of the registry makes sure that it could be made.
  static let registry = (try? ModelRegistry.standard()) ?? ModelRegistry()

  /// All its models.
  static let all = registry.registrations.compactMap {
    try? ModelUnderTest($0.id, in: registry, isBlind: blind.contains($0.id), small: small[$0.id] ?? [:])
  }

  /// What makes models small and quick, or able to learn bags by heart.
  private static let small = [
    // More neighbours may outvote a training bag itself.
    "citation-knn": ["references": "1", "citers": "0"],
    "mi-vlad": ["centres": "6"], "milboost": ["rounds": "10"], "simple-mi": ["trees": "20"], "mi-emd": ["rounds": "5"],
  ]

  /// The models that cannot tell bags apart, and so need not learn.
  static let blind: Set = ["bag-summary", "constant"]
}

/// The one line that an error shows to the user; a failure where it is none.
func line(of error: any Error) -> String {
  let text = "\(error)"
  #expect(!text.isEmpty && !text.contains("\n") && type(of: error) is any CustomStringConvertible.Type, "\(text)")
  return text
}
