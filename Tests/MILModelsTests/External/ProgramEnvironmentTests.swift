import Foundation
import Testing

@testable import MILModels

@Suite("Variables of external programs")
struct ProgramEnvironmentTests {
  @Test("Those of the list pass, and those that a description names; passwords and tokens stay")
  func allowList() {
    let all = [
      "PATH": "/bin", "LC_ALL": "C", "PYTHONPATH": "/p", "CUDA_VISIBLE_DEVICES": "0", "OMP_NUM_THREADS": "4",
      "AWS_SECRET_ACCESS_KEY": "s", "GITHUB_TOKEN": "t", "MY_SETTING": "1", "TMPDIR": "/elsewhere",
      "MILBENCH_DATA": "/labels",
    ]
    let passed = ProgramEnvironment.allowed(
      among: all, and: ["MY_SETTING"], temporary: URL(fileURLWithPath: "/own"))
    #expect(passed["PATH"] == "/bin" && passed["LC_ALL"] == "C" && passed["PYTHONPATH"] == "/p")
    #expect(passed["CUDA_VISIBLE_DEVICES"] == "0" && passed["MY_SETTING"] == "1" && passed["TMPDIR"] == "/own")
    #expect(passed["OMP_NUM_THREADS"] == "4" && passed["MKL_NUM_THREADS"] == "1")
    for name in ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "MILBENCH_DATA"] { #expect(passed[name] == nil) }
  }
}
