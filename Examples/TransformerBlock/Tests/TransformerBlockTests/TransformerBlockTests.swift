import MILBenchTesting
import Testing
import TransformerBlock

@Suite("TransformerBlock")
struct TransformerBlockTests {
  @Test("The model keeps to what every model keeps to", arguments: ModelContract.all)
  func contract(_ contract: ModelContract) throws {
    let model = try ModelUnderTest("transformer-block", in: .withTransformerBlock())
    guard contract.description.contains("without any shortcut") else { return try contract.check(model) }
    // Bags of zeros alone: layer normalisation divides by next to nothing, and single precision goes another way.
    withKnownIssue("Trainings on bags of zeros part in single and double precision", isIntermittent: true) {
      try contract.check(model)
    }
  }
}
