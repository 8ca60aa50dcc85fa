# A draft of a Homebrew formula: brew install --build-from-source ./packaging/milbench.rb
# ADDRESS and DIGEST are those of the source archive of a release.
class Milbench < Formula
  desc "Benchmark harness for multiple-instance learning"
  homepage "ADDRESS"
  url "ADDRESS/archive/refs/tags/0.2.0.tar.gz"
  sha256 "DIGEST"
  license "MIT"

  depends_on "pkgconf" => :build
  depends_on xcode: ["16.3", :build]
  depends_on "hdf5"
  depends_on "lapack"
  depends_on "libpng"
  depends_on macos: :sequoia
  depends_on "openblas"

  def install
    %w[openblas lapack hdf5 libpng].each do |name|
      ENV.prepend_path "PKG_CONFIG_PATH", Formula[name].opt_lib/"pkgconfig"
    end
    system "swift", "build", "--disable-sandbox", "-c", "release", "--product", "milbench"
    # The program searches for the shipped data in its own folder.
    libexec.install ".build/release/milbench", Dir[".build/release/milbench_ShippedData.*"]
    bin.install_symlink libexec/"milbench"
    generate_completions_from_executable(bin/"milbench", "--generate-completion-script")
  end

  test do
    assert_match "92 bags", shell_output("#{bin}/milbench describe musk1")
  end
end
