using System.Collections;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Registry;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Completion;

/// <summary>Completes the tags of a registry's repository, where the registry answers soon.</summary>
internal static class TagCompletion
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>References to the tags that fit; none where the registry can't be asked.</summary>
    /// <param name="typed">The reference as far as it is typed, without quotes.</param>
    /// <param name="word">What the user has typed; quotes are kept.</param>
    /// <param name="bound">The command's other parameters.</param>
    public static IEnumerable<CompletionResult> Find(string typed, string word, IDictionary bound)
    {
        var colon = typed.LastIndexOf(':');
        // A colon before the last slash is a port's.
        if (colon <= typed.LastIndexOf('/') || !ImageReference.TryParse(typed[..colon], out var repository))
            return [];
        var tags = Read(repository, bound).Where(tag => tag.StartsWith(typed[(colon + 1)..], StringComparison.OrdinalIgnoreCase));
        return tags.Select(tag => new CompletionResult(Words.Quote($"{typed[..colon]}:{tag}", word), tag, CompletionResultType.ParameterValue, $"{repository}:{tag}"));
    }

    private static IReadOnlyList<string> Read(ImageReference repository, IDictionary bound)
    {
        try
        {
            var paths = Session.Paths;
            var options = RegistryParameters.Of(bound).ToOptions(paths) with { RetryCount = 0, ConnectTimeout = Patience, IdleTimeout = Patience };
            var environment = paths.Resolve(HostEnvironment.Registry);
            var answer = Task.Run(() => ListAsync(repository, options, environment));
            // A credential helper that hangs must not hang the prompt.
            return answer.Wait(Patience + Patience / 4) ? answer.Result : [];
        }
        catch (Exception e) when (e is DiffahException or AggregateException or RuntimeException)
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<string>> ListAsync(ImageReference repository, RegistryOptions options, RegistryEnvironment environment)
    {
        using var stop = new CancellationTokenSource(Patience);
        using var transports = TransportCatalog.Create(options, environment);
        return await new ListTags(transports).RunAsync(repository, EventSink.None, stop.Token);
    }
}
