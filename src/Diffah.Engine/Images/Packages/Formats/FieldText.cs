using System.Text;

namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>
/// Texts of fields, <c>name: value</c>, in records that an empty line ends. A line that begins with a space goes on
/// with the field before it.
/// </summary>
internal static class FieldText
{
    /// <summary>Reads the records.</summary>
    /// <param name="bytes">The text, UTF-8.</param>
    /// <param name="fields">The fields that are wanted; of one that is there twice the first counts.</param>
    /// <param name="ignoreCase">Whether a field's name may be written in any case.</param>
    /// <returns>What each record has of them.</returns>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Read(
        byte[] bytes, string[] fields, bool ignoreCase = true)
    {
        var comparer = ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var (record, last) = (new Dictionary<string, string>(comparer), (string?)null);
        for (var at = 0; at < bytes.Length;)
        {
            var line = TakeLine(bytes, ref at);
            if (line.IsEmpty)
            {
                if (record.Count > 0)
                    yield return record;
                (record, last) = (new Dictionary<string, string>(comparer), null);
            }
            else if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (last is not null && record[last].Length < MaximumValue)
                    record[last] += Encoding.UTF8.GetString(line[1..]);
            }
            else
            {
                last = TakeField(line, fields, comparer, record);
            }
        }
        if (record.Count > 0)
            yield return record;
    }

    // What goes on for longer is nothing that is wanted.
    private const int MaximumValue = 4096;

    private static string? TakeField(
        ReadOnlySpan<byte> line, string[] fields, StringComparer comparer, Dictionary<string, string> record)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 1 || colon > fields.Max(f => f.Length))
            return null;
        var name = Encoding.UTF8.GetString(line[..colon]);
        if (!fields.Contains(name, comparer) || record.ContainsKey(name))
            return null;
        record[name] = Encoding.UTF8.GetString(line[(colon + 1)..][..Math.Min(line.Length - colon - 1, MaximumValue)])
            .Trim();
        return name;
    }

    private static ReadOnlySpan<byte> TakeLine(byte[] bytes, ref int at)
    {
        var rest = bytes.AsSpan(at);
        var end = rest.IndexOf((byte)'\n');
        at += end < 0 ? rest.Length : end + 1;
        var line = end < 0 ? rest : rest[..end];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }
}
