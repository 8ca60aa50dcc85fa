/// What the script that cut the excerpt computed from it.
package struct MuskExcerpt: Decodable {
  package let offsets: [Int]
  package let labels: [Int]
  package let molecules: [String]
  package let rowSums: [Double]
  package let columnSums: [Double]
  package let fingerprint: String
}
