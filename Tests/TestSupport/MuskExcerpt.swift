/// The values that the script computed when it cut the excerpt.
package struct MuskExcerpt: Decodable {
  package let offsets: [Int]
  package let labels: [Int]
  package let molecules: [String]
  package let rowSums: [Double]
  package let columnSums: [Double]
  package let fingerprint: String
}
