using Diffah.Cli.Hosting;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Cli.Completion;

/// <summary>The images of a daemon, where it answers soon.</summary>
internal static class StoreCandidates
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>References to all images that have a name; none where the daemon can't be asked.</summary>
    /// <param name="transport">The daemon's transport.</param>
    /// <param name="host">The host.</param>
    public static IEnumerable<Candidate> Find(TransportTraits transport, CommandLineHost host)
    {
        try
        {
            using var stop = new CancellationTokenSource(Patience);
            using var transports = host.OpenTransports(new RegistryOptions(), host.Registry);
            // Whatever image is named, the list is of all.
            var names = new ListImages(transports).RunAsync(
                ImageReference.Parse($"{transport.Prefix}any"), stop.Token).GetAwaiter().GetResult();
            return [.. names.Select(name => new Candidate(transport.Prefix + name))];
        }
        catch (Exception e) when (e is DiffahException or OperationCanceledException)
        {
            return [];
        }
    }
}
