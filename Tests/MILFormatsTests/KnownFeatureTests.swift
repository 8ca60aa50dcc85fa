import Foundation
import MILBags
import TestSupport
import Testing
import UserInput

@testable import MILFormats

@Suite("Features that a model knows")
struct KnownFeatureTests {
  private static func read(_ text: String, _ options: ReadOptions = .automatic) throws -> LoadedDataset {
    try Fixture.withFile(Array(text.utf8), named: "bags.svm") { try BagReader.read($0, options: options) }
  }

  private static let training = "0:a:1 1:1 4:2\n1:b:-1 2:1\n2:c:1 1:3 3:1\n3:d:-1 4:1\n"

  @Test("Sparse text with a smaller largest index has the model's features")
  func sparse() throws {
    let first = try Self.read(Self.training)
    var options = try #require(first.dataset.reading).options.remembered(features: nil)
    #expect(options.knownFeatureCount == 4)
    let second = try Self.read("0:e:1 1:1 2:2\n1:f:-1 2:1\n", options)
    #expect(second.dataset.featureCount == 4)
    #expect(second.lines.contains { $0.contains("4 features, as the model has; the largest index here is 2") })
    #expect { try Self.read("0:e:1 1:1 5:2\n1:f:-1 2:1\n", options) } throws: {
      "\($0)".contains("the model has 4 features")
    }
    // The user's options have precedence.
    options.featureCount = 6
    #expect(try Self.read("0:e:1 1:1 5:2\n1:f:-1 2:1\n", options).dataset.featureCount == 6)
    var ignoring = ReadOptions.automatic
    ignoring.columns.ignored = ["#4"]
    let narrow = try Self.read(Self.training, ignoring)
    let kept = try #require(narrow.dataset.reading).options.remembered(features: nil)
    #expect(narrow.dataset.featureCount == 3 && kept.knownFeatureCount == 4)
    #expect(try Self.read("0:e:1 1:1 2:2\n1:f:-1 2:1\n", kept).dataset.featureCount == 3)
  }

  @Test("A feature that a cohort misses is none that may be left out of it")
  func cohort() throws {
    var options = ReadOptions.automatic
    options.missing = .dropColumns
    let first = try Self.read("bag,label,f1,f2\na,1,1.5,2\nb,0,2.5,3\n", options)
    for names in [first.dataset.featureNames, nil] {
      var settled = try #require(first.dataset.reading).options.remembered(features: names)
      settled.missing = .dropColumns
      #expect { try Self.read("bag,label,f1,f2\nc,1,1.5,NA\nd,0,2.5,3\n", settled) } throws: {
        "\($0)".contains("a missing value of feature f2, which the training bags have")
      }
      settled.missing = .dropInstances
      #expect(
        try Self.read("bag,label,f1,f2\nc,1,1.5,NA\nc,1,1,1\nd,0,2.5,3\n", settled).dataset.instanceCount == 2)
    }
  }
}
