using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using Diffah.Engine.Deltas.Reports;

namespace Diffah.PowerShell.Formatting;

/// <summary>Bytes of layers as a bar of characters, one for each kind.</summary>
public static class ByteBar
{
    // In the order in which they are drawn. Files that are copied have one character.
    private static readonly (string Kind, char Character)[] Characters =
    [
        (ByteKind.Reused, '='), (ByteKind.Unchanged, '-'), (ByteKind.Moved, '-'), (ByteKind.Repeated, '-'),
        (ByteKind.Patched, '~'), (ByteKind.New, '+'), (ByteKind.Structure, '.'), (ByteKind.Recipe, 'r'),
        (ByteKind.Alternatives, '|'),
    ];

    /// <summary>
    /// A bar: <c>=</c> reused, <c>-</c> copied, <c>~</c> patched, <c>+</c> new, <c>.</c> structure, <c>r</c> recipe.
    /// Empty where there are no bytes.
    /// </summary>
    /// <param name="shares">The rows by kind, or what a job or a file has made of them.</param>
    /// <param name="property">Whose bytes: the name of a property of a row.</param>
    /// <param name="width">Characters in all.</param>
    public static string Draw(object? shares, string property, int width)
    {
        var bytes = new long[Characters.Length];
        foreach (var share in Rows(shares))
        {
            var kind = Array.FindIndex(Characters, c => c.Kind == share.Properties["Kind"]?.Value as string);
            if (kind >= 0)
                bytes[kind] += Convert.ToInt64(share.Properties[property]?.Value ?? 0, CultureInfo.InvariantCulture);
        }
        var bar = new StringBuilder(width);
        var (whole, part) = (bytes.Sum(), 0L);
        for (var kind = 0; kind < bytes.Length && whole > 0; kind++)
        {
            part += bytes[kind];
            var end = (int)Math.Round((double)part / whole * width, MidpointRounding.AwayFromZero);
            bar.Append(Characters[kind].Character, Math.Max(0, end - bar.Length));
        }
        return bar.ToString();
    }

    private static IEnumerable<PSObject> Rows(object? shares)
    {
        var value = shares is PSObject wrapped ? wrapped.BaseObject : shares;
        if (value is IEnumerable rows and not string)
        {
            foreach (var row in rows)
            {
                foreach (var inner in Rows(row))
                    yield return inner;
            }
        }
        else if (shares is not null)
        {
            yield return PSObject.AsPSObject(shares);
        }
    }
}
