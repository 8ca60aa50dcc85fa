import LinearAlgebra
import Testing

@Suite("Kernels that fit the processor")
struct ProcessorKernelsTests {
  private let haswell: Set = ["sse4_2", "avx", "avx2", "fma"]
  private let skylake: Set = ["avx", "avx2", "fma", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]

  @Test("A library that falls back to old kernels is given those that the processor has")
  func better() {
    #expect(ProcessorKernels.better(than: "Prescott", on: haswell) == "Haswell")
    #expect(ProcessorKernels.better(than: "Core2", on: skylake) == "SkylakeX")
    #expect(
      ProcessorKernels.better(than: "Prescott", on: skylake.union(["avx512_vnni", "avx512_bf16"])) == "Cooperlake")
  }

  @Test("A fitting choice, an old processor and an unknown one are left alone")
  func unchanged() {
    for core in ["Haswell", "Zen", "SkylakeX", "Cooperlake", "Sapphirerapids", "NEOVERSEN1", "unknown"] {
      #expect(ProcessorKernels.better(than: core, on: skylake) == nil, "\(core)")
    }
    #expect(ProcessorKernels.better(than: "Prescott", on: ["sse2", "sse3"]) == nil)
    #expect(ProcessorKernels.better(than: "Prescott", on: []) == nil)
  }

  @Test("The features of the processor are read only if the chosen kernels lack AVX")
  func reading() {
    var readings = 0
    func features() -> Set<String> {
      readings += 1
      return skylake
    }
    #expect(ProcessorKernels.better(than: "SkylakeX", on: features()) == nil && readings == 0)
    #expect(ProcessorKernels.better(than: "Prescott", on: features()) == "SkylakeX" && readings == 1)
  }
}
