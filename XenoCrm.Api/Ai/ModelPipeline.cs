using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace XenoCrm.Api.Ai;

/// <summary>
/// How long the model is waited for and how often it is asked: a circuit breaker around a time limit around retries, so
/// that a model which hangs counts as one that fails. All of it within one deadline, given by the caller.
/// </summary>
internal sealed class ModelPipeline
{
    private static readonly ResiliencePropertyKey<long> Deadline = new("deadline");
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    private readonly ResiliencePipeline pipeline;
    private readonly TimeProvider clock;
    private readonly Random random;

    public ModelPipeline(IOptions<OpenAIOptions> options, TimeProvider clock, Random random)
    {
        this.clock = clock;
        this.random = random;
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(60),
                BreakDuration = TimeSpan.FromSeconds(30),
                ShouldHandle = new PredicateBuilder().Handle<ModelException>().Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = args => ValueTask.FromResult(Remaining(args.Context)) });
        if (options.Value.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Value.MaxRetries,
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is ModelException { IsTransient: true } failed && (failed.RetryAfter ?? TimeSpan.Zero) < Remaining(args.Context)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>((args.Outcome.Exception as ModelException)?.RetryAfter ?? BackOff(args.AttemptNumber)),
            });
        }

        pipeline = builder.Build();
    }

    /// <param name="work">One try.</param>
    /// <param name="deadline">A timestamp of the clock, by which it is over.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="ModelException">There is no answer.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, long deadline, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Deadline, deadline);
        try
        {
            return await pipeline.ExecuteAsync(static async (context, work) => await work(context.CancellationToken), context, work);
        }
        catch (TimeoutRejectedException e)
        {
            throw new ModelException(ModelFailure.Timeout, inner: e);
        }
        catch (BrokenCircuitException e)
        {
            throw new ModelException(ModelFailure.Resting, inner: e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // Never zero: the strategy would take that for no limit.
    private TimeSpan Remaining(ResilienceContext context)
    {
        var remaining = clock.GetElapsedTime(clock.GetTimestamp(), context.Properties.GetValue(Deadline, 0));
        return remaining > TimeSpan.FromMilliseconds(1) ? remaining : TimeSpan.FromMilliseconds(1);
    }

    /// <summary>0.5 s, 1 s, 2 s …, each between half of it and all of it.</summary>
    private TimeSpan BackOff(int attempt) => FirstDelay * Math.Pow(2, attempt) * (0.5 + (random.NextDouble() / 2));
}
