using System.Collections;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Completion;

/// <summary>Looks up which platforms the image of a command line is there for.</summary>
internal static class PlatformCompletion
{
    // The parameters whose image a -Platform beside them picks from.
    private static readonly string[] References = ["Source", "Reference", "Target", "Baseline"];

    /// <summary>
    /// The platforms of the index that the command names; none where it names none, or it can't be read soon.
    /// </summary>
    /// <param name="bound">The command's other parameters.</param>
    public static IEnumerable<string> Find(IDictionary bound)
    {
        if (References.Select(name => bound[name]?.ToString())
            .FirstOrDefault(text => !string.IsNullOrEmpty(text)) is not { } reference)
            return [];
        var image = Inquiry.Ask(reference, bound, (transports, parsed, token) => new GetImage(transports).RunAsync(
            parsed, Platform.Default, EventSink.None, token));
        return image?.Platforms.Select(one => one.Platform).OfType<string>().Distinct() ?? [];
    }
}
