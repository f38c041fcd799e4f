using System.Text.RegularExpressions;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Directory;

/// <summary>The names of a dir: image's files, as containers/image writes them (its directory/directory_transport.go).</summary>
internal static partial class DirectoryPaths
{
    public const string Manifest = "manifest.json";

    public const string Version = "version";

    public const string VersionPrefix = "Directory Transport Version: ";

    public static ReadOnlySpan<byte> VersionContent => "Directory Transport Version: 1.1\n"u8;

    public static string Blob(Digest digest) => digest.Hex;

    public static string NestedManifest(Digest digest) => $"{digest.Hex}.manifest.json";

    /// <summary>True for a name that only a dir: image's blobs, nested manifests and signatures have.</summary>
    public static bool IsContent(string name) => ContentName().IsMatch(name);

    [GeneratedRegex(@"^(([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(\.manifest\.json)?|([0-9a-f]{64}\.)?signature-[0-9]{1,6})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ContentName();
}
