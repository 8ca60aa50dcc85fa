import Foundation
import Testing

@testable import MILStatistics

@Suite("The table of Student's t")
struct StudentTableTests {
  @Test("Probabilities agree with the computed ones, in the centre, in tails and beyond the table")
  func agree() {
    for degrees in [1.001, 4.7, 48, 322] {
      let student = StudentDistribution(degreesOfFreedom: degrees)
      let table = StudentTable(student)
      for step in -1600...1600 {
        // Up to sinh(16), four million.
        let t = sinh(0.01 * Double(step) + 0.0017)
        let error = (table.cumulative(t) - student.cumulative(t)).magnitude
        #expect(error < 1e-11, "\(degrees) degrees of freedom, \(t)")
      }
      #expect(table.cumulative(.infinity) == 1 && table.cumulative(-.infinity) == 0 && table.cumulative(0) == 0.5)
    }
  }
}
