using Diffah.Fuzz.Building;

namespace Diffah.Fuzz.Mutation;

/// <summary>Texts that have made trouble somewhere: paths, controls, lengths, names that are nearly right.</summary>
internal static class HostileText
{
    private static readonly string[] Words =
    [
        "", " ", ".", "..", "/", "//", "../x", "../../../../tmp/x", "a/../b", "a\\b", "C:\\x", "~", "-", "--", ":",
        "@", "a:b:c", "a@b", "\0", "a\0b", "\u001b[31mred\u001b[0m", "\r\n", "a\nb", "\u0085", "\u2028", "\u202Eabc",
        "\uFEFF", "ı", "İ", "é", "e\u0301", "\U0001F4A9", "%00", "%2e%2e%2f", "${HOME}", "$(id)", "'", "\"", "`id`",
        "nul", "true", "null", "0", "-1", "1e9", "0x10", "latest", "linux/amd64", "linux/arm64/v8", "linux//", "///",
        "sha256:", "sha256:zz", "sha512:00", "md5:d41d8cd98f00b204e9800998ecf8427e", "SHA256:00",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
            + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.oci.image.layer.v1.tar+zstd",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "application/vnd.oci.empty.v1+json",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "full",
        "patch", "zstd-patch", "v1", "v2", "bundle",
        "diffah.json", "manifest.json", "index.json", "oci-layout", "blobs/sha256/..", "blobs", "2024-01-02T03:04:05Z",
        "9999-99-99T99:99:99Z", "0000-00-00T00:00:00Z",
    ];

    public static string Of(Dice dice) => dice.Below(12) switch
    {
        0 => new string(
            dice.Of('a', '/', '.', ' ', '\u00E9', ':'), dice.Of(99, 100, 101, 255, 256, 4095, 4096, 70_000)),
        1 => string.Concat(Enumerable.Range(0, 1 + dice.Length(40)).Select(_ => (char)dice.Below(0xD800))),
        2 => dice.Of<string>(Words) + dice.Of<string>(Words),
        _ => dice.Of<string>(Words),
    };
}
