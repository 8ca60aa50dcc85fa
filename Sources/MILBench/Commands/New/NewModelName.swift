import Autodiff
import MILEvaluation
import MILModels
import UserInput

/// The name of a new pooling or network: a Swift type, and the model id that follows from it.
struct NewModelName {
  /// The name of the type and of its module, such as TopKMean.
  let type: String
  /// The model id, such as top-k-mean.
  let id: String

  /// Checks a name.
  ///
  /// - Parameter noun: the kind of thing to name, for errors.
  /// - Throws: `EvaluationError` if the text cannot be a type's name, or the name is in use.
  init(_ text: String, of noun: String, registry: ModelRegistry) throws {
    let isName = text.first.map { $0.isASCII && $0.isUppercase } ?? false
    guard isName, text.count <= 64, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      throw EvaluationError(
        "\"\(text.onOneLine(limit: 80))\" is no name for a \(noun), expected a capital letter, then letters and digits, "
          + "such as TopKMean")
    }
    // Modules are files, and some file systems ignore case.
    guard !Self.reserved.contains(where: { $0.lowercased() == text.lowercased() }) else {
      throw EvaluationError("\"\(text)\" is the name of something that a \(noun) is made with, expected another")
    }
    let id = Self.hyphenated(text)
    if let taken = registry.registrations.first(where: { $0.id == id || $0.title == text }) {
      throw EvaluationError("\"\(text)\" would be the model \(id), but there is \(taken.id) already")
    }
    type = text
    self.id = id
  }

  /// Converts `TopKMean` to `top-k-mean`.
  private static func hyphenated(_ name: String) -> String {
    let letters = Array(name)
    var result = ""
    for (index, letter) in letters.enumerated() {
      let startsWord =
        letter.isUppercase && index > 0
        && (!letters[index - 1].isUppercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
      result += (startsWord ? "-" : "") + letter.lowercased()
    }
    return result
  }

  /// Modules and types that the new package is built with, and words of the language.
  private static let reserved = [
    "ArgumentParser", "ArgumentParserToolInfo", "Autodiff", "Bench", "Benchmarks", "CAllocationCount", "CHDF5",
    "CHDF5Description", "CKernels",
    "CLAPACKE", "COpenBLAS", "CPNG", "CSubprocesses", "CZlib", "Containers", "Foundation", "LinearAlgebra", "MILBags",
    "MILBench", "MILBenchTesting", "MILBenchTool", "MILCatalogue", "MILEvaluation", "MILExperiments", "MILFormats",
    "MILModels", "MILRecords", "MILReport", "MILStatistics", "Output", "ReaderFuzz", "ShippedData", "Subprocesses",
    "Swift",
    "TestSupport", "Testing", "UserInput", "XCTest", "PackageDescription", "Any", "Self", "Type", "Protocol",
    "ConfigurationError", "Double", "ModelRegistration", "ModelRegistry", "Pooled", "Pooling", "Variable",
    "ModelContract", "ModelUnderTest", "Suite", "Test", "AttentionPooling", "BagTask", "ComputationGraph",
    "NetworkModel",
    "ClassWeights", "TracedNetwork", "TrainingConfiguration", "TrunkConfiguration",
  ]
}
