import MILBenchTesting
import MILModels
import Testing

typealias Contract = ModelUnderTest

/// The registered models, for tests over all of them: every registered model is tested here.
extension ModelUnderTest {
  /// The standard registry; a test of the registry checks that its creation succeeds.
  static let registry = (try? ModelRegistry.standard()) ?? ModelRegistry()

  /// All models of the registry.
  static let all = registry.registrations.compactMap {
    try? ModelUnderTest($0.id, in: registry, isBlind: blind.contains($0.id), small: small[$0.id] ?? [:])
  }

  /// Parameters that make models small and fast, or able to memorise bags.
  private static let small = [
    // More neighbours may outvote the training bag itself.
    "citation-knn": ["references": "1", "citers": "0"],
    // With fewer columns all rectified units may stop at once.
    "co-attention": ["headUnits": "6", "encoderLayers": "1"], "mi-vlad": ["centres": "6"], "milboost": ["rounds": "10"],
    "simple-mi": ["trees": "20"], "mi-emd": ["rounds": "5"],
  ]

  /// The models that cannot distinguish bags, and so need not learn.
  static let blind: Set = ["bag-summary", "constant"]
}

/// Returns the line that an error shows to the user; a test failure if it is not one line.
func line(of error: any Error) -> String {
  let text = "\(error)"
  #expect(!text.isEmpty && !text.contains("\n") && type(of: error) is any CustomStringConvertible.Type, "\(text)")
  return text
}
