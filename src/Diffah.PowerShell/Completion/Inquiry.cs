using System.Collections;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Completion;

/// <summary>
/// Asks where images and archives are, while a command line is being completed: soon, or not at all, and never with an
/// error.
/// </summary>
internal static class Inquiry
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks a transport, with the registry parameters that are typed already.</summary>
    /// <param name="text">The reference of an image or a repository, as it is typed.</param>
    /// <param name="bound">The command's other parameters.</param>
    /// <param name="question">What to ask there.</param>
    /// <returns>The answer; null where there is none in time.</returns>
    public static T? Ask<T>(
        string text, IDictionary bound, Func<ITransportCatalog, ImageReference, CancellationToken, Task<T>> question)
        where T : class =>
        Ask(() => Prepare(text, bound), async (place, token) =>
        {
            using var transports = TransportCatalog.Create(place.Options, place.Environment);
            return await question(transports, place.Reference, token);
        });

    /// <summary>Prepares a question on the session's thread, and asks it on another.</summary>
    /// <param name="prepare">Finds out where to ask.</param>
    /// <param name="question">What to ask there.</param>
    /// <returns>The answer; null where there is none in time.</returns>
    public static TAnswer? Ask<TPlace, TAnswer>(
        Func<TPlace> prepare, Func<TPlace, CancellationToken, Task<TAnswer>> question) where TAnswer : class
    {
        try
        {
            var place = prepare();
            var answer = Task.Run(() => AskAsync(token => question(place, token)));
            // What does not heed its token, such as a credential helper that hangs, must not hang the prompt.
            return answer.Wait(Patience + Patience / 4) ? answer.Result : null;
        }
        catch (Exception e) when (e is DiffahException or AggregateException or RuntimeException)
        {
            return null;
        }
    }

    private static (RegistryOptions Options, TransportEnvironment Environment, ImageReference Reference) Prepare(
        string text, IDictionary bound)
    {
        var paths = Session.Paths;
        var options = RegistryParameters.Of(bound).ToOptions(
            paths, KnobValues.None) with
        { RetryCount = 0, ConnectTimeout = Patience, IdleTimeout = Patience };
        var environment = ReadConfiguration.Run(paths.ConfigurationFile)
            .Extend(paths.Resolve(HostEnvironment.Registry));
        return (options, environment, paths.ParseReference(text));
    }

    private static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> question)
    {
        using var stop = new CancellationTokenSource(Patience);
        return await question(stop.Token);
    }
}
