import MILBenchTesting
import Testing
import TransformerBlock

@Suite("TransformerBlock")
struct TransformerBlockTests {
  @Test("The model keeps to what every model keeps to", arguments: ModelContract.all)
  func contract(_ contract: ModelContract) throws {
    try contract.check(ModelUnderTest("transformer-block", in: .withTransformerBlock()))
  }
}
