using System.Text;

namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>
/// Properties as Java writes them, one a line; lines that go on and escapes are none that Maven writes.
/// </summary>
internal static class JavaProperties
{
    /// <summary>Reads properties; of one that is there twice the last counts.</summary>
    public static IReadOnlyDictionary<string, string> Read(byte[] text)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            var sign = line.AsSpan().IndexOfAny('=', ':');
            if (sign > 0 && line.TrimStart() is not ['#' or '!', ..])
                found[line[..sign].Trim()] = line[(sign + 1)..].Trim();
        }
        return found;
    }
}
