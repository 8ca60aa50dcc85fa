import MILBenchTesting
import Testing
import TopKPooling

@Suite("TopKPooling")
struct TopKPoolingTests {
  @Test("The model keeps to what every model keeps to", arguments: ModelContract.all)
  func contract(_ contract: ModelContract) throws {
    try contract.check(ModelUnderTest("top-k-pooling", in: .withTopKPooling()))
  }
}
